import { CookieJar } from "tough-cookie"
import { type FormChoice, hasForm, readForm, textOf } from "./html-form.js"
import { exchange, type Via } from "./http-exchange.js"
import { originOfPost, refererOf, type Site, siteBetween, widerSite } from "./same-site.js"
import { showEveryForm } from "./show-every-form.js"

/** The response to one request; redirects are not followed. */
export interface Visit {
  url: string
  method: string
  status: number
  headers: Headers
  body: string
  /** The Set-Cookie headers, as sent. */
  setCookies: string[]
  /** Sec-Fetch-Site of the request, which a redirect inherits. */
  site: Site
  /** The posted body, for redirects that keep the method (307, 308). */
  form?: Form
}

export type Form = Record<string, string | readonly string[]> | URLSearchParams
type RequestHeaders = Record<string, string>

export interface UserAgentOptions {
  /**
   * Sends the headers of a browser's navigation: `Accept: text/html…`, `Sec-Fetch-*`, `Origin` on a POST
   * (`null` when the page has `Referrer-Policy: no-referrer`), `Referer` with a form.
   * @default true
   */
  navigate?: boolean
  /** Headers of every request. */
  headers?: RequestHeaders
  /** A server on this machine that stands for an origin elsewhere. */
  via?: Via
}

const navigation = {
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-language": "en",
  "upgrade-insecure-requests": "1",
  "user-agent":
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
  "sec-fetch-user": "?1",
}

interface Fetched {
  url: string
  method: "GET" | "POST"
  site: Site
  form?: Form
  headers?: RequestHeaders | undefined
}

/** A headless user agent: cookies by the browser's rules, forms, redirects one hop at a time. */
export class UserAgent {
  readonly cookies = new CookieJar()
  readonly #navigate: boolean
  readonly #headers: RequestHeaders
  readonly #via: Via | undefined

  constructor({ navigate = true, headers = {}, via }: UserAgentOptions = {}) {
    this.#navigate = navigate
    this.#headers = headers
    this.#via = via
  }

  /** Opens an address as if it had been typed (`Sec-Fetch-Site: none`). */
  get(url: string, headers?: RequestHeaders): Promise<Visit> {
    return this.#fetch({ url, method: "GET", site: "none", headers })
  }

  /** Posts a form from a page of the same origin. */
  post(url: string, form: Form = {}, headers?: RequestHeaders): Promise<Visit> {
    const origin = this.#navigate ? { origin: new URL(url).origin } : {}
    return this.#fetch({ url, method: "POST", site: "same-origin", form, headers: { ...origin, ...headers } })
  }

  /** Follows `Location` or `Refresh: 0;url=` for one hop. Throws when there is neither. */
  follow(visit: Visit, headers?: RequestHeaders): Promise<Visit> {
    const url = redirectTarget(visit)
    if (!url) throw new Error(`Nothing to follow: ${describe(visit)}`)
    const refreshed = !visit.headers.has("location")
    const site = siteBetween(visit.url, url)
    const next = { url, site: refreshed ? site : widerSite(visit.site, site), headers }
    const keepsMethod = visit.method === "POST" && [307, 308].includes(visit.status)
    if (!keepsMethod) return this.#fetch({ ...next, method: "GET" })
    const origin = this.#navigate ? { origin: originOfPost(visit, url) } : {}
    return this.#fetch({
      ...next,
      method: "POST",
      form: visit.form ?? {},
      headers: { ...origin, ...headers },
    })
  }

  /** Follows redirects to the first page that does not redirect. */
  async followAll(visit: Visit): Promise<Visit> {
    let current = visit
    for (let hops = 0; redirectTarget(current); hops++) {
      if (hops === 20) throw new Error(`More than 20 redirects, the last: ${describe(current)}`)
      current = await this.follow(current)
    }
    return current
  }

  /**
   * Fills and submits a form of the page, with its hidden fields and the name and value of the chosen button. Looks
   * behind "Use another method" for a form that the sign-in page does not show at first.
   */
  async submit(visited: Visit, choice: FormChoice = {}, headers?: RequestHeaders): Promise<Visit> {
    const page = hasForm(visited, choice) ? visited : await showEveryForm(this, visited)
    const { action, method, fields } = readForm(page, choice)
    const site = siteBetween(page.url, action)
    const from = this.#navigate ? refererOf(page, action) : undefined
    const referer = from === undefined ? {} : { referer: from }
    if (method === "GET") {
      const url = new URL(action)
      url.search = fields.toString()
      return this.#fetch({ url: url.href, method, site, headers: { ...referer, ...headers } })
    }
    const origin = this.#navigate ? { origin: originOfPost(page, action) } : {}
    const sent = { ...origin, ...referer, ...headers }
    return this.#fetch({ url: action, method, site, form: fields, headers: sent })
  }

  async #fetch({ url, method, site, form, headers }: Fetched): Promise<Visit> {
    // Lax cookies travel on top-level GETs from other sites, none on their POSTs.
    const sameSiteContext = site !== "cross-site" ? "strict" : method === "GET" ? "lax" : "none"
    const cookie = await this.cookies.getCookieString(url, { sameSiteContext })
    const answer = await exchange(url, {
      method,
      via: this.#via,
      headers: {
        ...(this.#navigate && { ...navigation, "sec-fetch-site": site }),
        ...this.#headers,
        ...headers,
        ...(cookie && { cookie }),
      },
      ...(form && { body: encode(form) }),
    })
    const setCookies = answer.headers.getSetCookie()
    for (const line of setCookies) await this.cookies.setCookie(line, url, { ignoreError: true })
    return { url, method, site, setCookies, ...answer, ...(form && { form }) }
  }
}

/** The absolute URL of `Location`, or else of `Refresh: 0;url=`. */
export function redirectTarget({ headers, url }: Pick<Visit, "headers" | "url">): string | undefined {
  const refresh = /^\s*0\s*[;,]\s*url=["']?([^"']+)["']?\s*$/i.exec(headers.get("refresh") ?? "")
  const target = headers.get("location") ?? refresh?.[1]
  return target === undefined ? undefined : new URL(target, url).href
}

/** One line about a visit, for messages of failed tests. */
export function describe({ method, url, status, body }: Visit): string {
  const text = textOf(body).slice(0, 200)
  return `${method} ${url} answered ${status}${text && `: ${text}`}`
}

function encode(form: Form): string {
  if (form instanceof URLSearchParams) return form.toString()
  const pairs = Object.entries(form).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as const),
  )
  return new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString()
}
