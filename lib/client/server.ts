import { browser } from "./browser.js"
import { AuthClientError } from "./errors.js"

/** Where `ExpressAuth` is mounted. */
export interface AuthClientOptions {
  /**
   * The path of the mount.
   *
   * @default the folder above `assets/client.js`, if the module was loaded from there; else `"/auth"`
   */
  basePath?: string
  /**
   * The origin of the app, for a page on another one, such as `"https://api.example.com"`. The app must list the page's
   * origin in `trustedOrigins` and allow it with CORS.
   *
   * @default the origin that served the module or, for a bundled one, the page
   */
  baseUrl?: string
}

/** The outcome of a sign-in, sign-out or registration. It has the names of `signIn({ redirect: false })` of Auth.js. */
export interface AuthClientResult {
  /** Whether it has succeeded so far. With a provider, the sign-in continues at `url`. */
  readonly ok: boolean
  /** The HTTP status of the response; 0 if the browser did not get so far, as with a passkey. */
  readonly status: number
  /**
   * Where to go next: the provider, the destination or, after a failure, the page that explains it. `null` if no page
   * would help.
   */
  readonly url: string | null
  /** The type of the failure: `"CredentialsSignin"`, `"RateLimited"`, …, or an error code of ours. */
  readonly error?: string | null | undefined
  /** Details, e.g. the `code` of a `CredentialsSignin`. */
  readonly code?: string | null | undefined
}

/** Fields of a form; those without a value are not sent. */
export type Fields = Readonly<Record<string, unknown>>

/** A JSON response. */
export interface Answer {
  readonly ok: boolean
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: the routes differ
  readonly body: any
}

/** Milliseconds until a request counts as failed: a sign-in may have to wait for a directory or a mail server. */
const TIMEOUT = 30_000

const NETWORK = "ERR_AUTH_NETWORK"

const ownBase = /^(.+)\/assets\/client\.js/.exec(import.meta.url)?.[1]

/** The routes of one mount of `ExpressAuth`. */
export class AuthServer {
  readonly #options: AuthClientOptions

  constructor(options: AuthClientOptions) {
    this.#options = options
  }

  /** The URL of the mount, without a slash at the end. */
  get url(): string {
    const { basePath, baseUrl } = this.#options
    const base = new URL(basePath ?? ownBase ?? "/auth", baseUrl ?? ownBase ?? browser.location.href)
    return base.href.replace(/\/$/, "")
  }

  /**
   * Requests JSON with the browser's cookies.
   *
   * @param path below the mount, without a slash at the beginning
   * @param body posted
   * @throws {AuthClientError} if no response arrived
   */
  async send(path: string, body?: URLSearchParams): Promise<Answer> {
    const response = await fetch(`${this.url}/${path}`, {
      ...(body && { method: "POST", body }),
      headers: { accept: "application/json", ...(body && { "x-auth-return-redirect": "1" }) },
      credentials: "include",
      signal: AbortSignal.timeout(TIMEOUT),
    }).catch(unreachable)
    const { ok, status } = response
    return { ok, status, body: await response.json().catch(ok ? unreachable : () => ({ code: NETWORK })) }
  }

  /**
   * Requests the JSON of a successful response.
   *
   * @throws {AuthClientError} for any other
   */
  async read<Body>(path: string): Promise<Body> {
    const answer = await this.send(path)
    return answer.ok ? answer.body : fail(answer)
  }

  /**
   * Posts a form with a CSRF token, once more if the token no longer counts.
   *
   * @param fields `callbackUrl` is resolved against the page, which is also the default
   * @throws {AuthClientError} if no response arrived, or the app does not trust the page's origin
   */
  async post(path: string, fields: Fields, isRetry = false): Promise<AuthClientResult> {
    const callbackUrl = toUrl(fields.callbackUrl)
    const { csrfToken } = await this.read<{ csrfToken: string }>("csrf")
    const body = toParams({ ...fields, callbackUrl, csrfToken })
    const answer = await this.send(path, body)
    const result = toResult(answer, callbackUrl)
    const isForbidden = answer.status === 403
    if (!isRetry && (isForbidden || result.error === "MissingCSRF")) return this.post(path, fields, true)
    return isForbidden ? fail(answer) : result
  }
}

/** Returns the fields that have a value. */
export function toParams(fields: Fields): URLSearchParams {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) params.set(name, `${value}`)
  return params
}

/** Resolves a destination against the page, which is the default. */
export function toUrl(destination: unknown): string {
  const { href } = browser.location
  return new URL(`${destination ?? href}`, href).href
}

/** Reads the outcome: from the status, or from the error in the URL of the page that explains it. */
export function toResult({ ok, status, body }: Answer, destination?: string): AuthClientResult {
  const url: URL | null = body.url ? new URL(body.url, browser.location.href) : null
  const params = url?.href === destination ? null : url?.searchParams
  const error = body.code ?? params?.get("error")
  return { ok: ok && !error, status, url: url?.href ?? null, error, code: params?.get("code") }
}

/** Opens a URL. One that differs from the page in its fragment only is reloaded. */
export function navigate(url: string): void {
  const [page] = browser.location.href.split("#")
  browser.location.assign(url)
  if (url.split("#")[0] === page) browser.location.reload()
}

function fail({ status, body }: Answer): never {
  throw new AuthClientError(body.code, status, body.detail)
}

function unreachable(cause: unknown): never {
  throw new AuthClientError(NETWORK, 0, undefined, { cause })
}
