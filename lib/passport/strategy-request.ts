import type { Request } from "express"
import type { StrategyStep } from "../providers/strategy-provider.js"

/** Where what a strategy does beside its five actions goes to. */
interface StrategyOutlets {
  /** `req.flash("error", "No such user.")` in a verify function. */
  flash(message: unknown): void
  /** A page that a strategy writes itself, such as a form that posts itself to the identity provider. */
  send(html: string): void
}

/**
 * The request as a strategy sees it: that of Express, except for what is ours to say. `query` and `body` are the
 * provider's answer alone, the address is the callback's as browsers know it, and `session` is what the strategy keeps
 * during one sign-in.
 *
 * @param user for `req.user`; a sign-in has none, even where someone is signed in: it must not link in passing
 */
export function toStrategyRequest(step: StrategyStep, user: unknown, outlets: StrategyOutlets): Request {
  const { req, callbackUrl, method, query, body, session } = step
  const url = new URL(callbackUrl)
  url.search = new URLSearchParams(query).toString()
  const path = url.pathname + url.search
  const own = {
    ...{ method, url: path, originalUrl: path, baseUrl: "", path: url.pathname },
    ...{ protocol: url.protocol.slice(0, -1), secure: url.protocol === "https:" },
    ...{ host: url.host, hostname: url.hostname },
    ...{ query, body, user, session: withSessionMethods(session) },
    ...(method === "POST" ? toForm(req, url.host, body) : { headers: { ...req.headers, host: url.host } }),
    flash: (_type: string, message?: unknown) => {
      if (message !== undefined) outlets.flash(message)
    },
    res: toStrategyResponse(req, outlets),
  }
  return Object.create(req, Object.getOwnPropertyDescriptors(own))
}

/** For strategies that hand the whole request on, as that of openid-client does with a posted answer. */
function toForm({ headers }: Request, host: string, body: StrategyStep["body"]) {
  const texts = Object.entries(body).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  )
  const form = Buffer.from(new URLSearchParams(texts).toString())
  const type = "application/x-www-form-urlencoded"
  const own = { ...headers, host, "content-type": type, "content-length": String(form.length) }
  return {
    headers: own,
    headersDistinct: Object.fromEntries(Object.entries(own).map(([name, value]) => [name, [value].flat()])),
    readableDidRead: false,
    async *[Symbol.asyncIterator]() {
      // Node's fetch would wait for ever for what comes after an empty chunk.
      if (form.length > 0) yield form
    },
  }
}

function toStrategyResponse({ res }: Request, { send }: StrategyOutlets) {
  return Object.create(res ?? null, {
    send: property((html: unknown) => send(String(html))),
    end: property((html: unknown) => send(String(html ?? ""))),
  })
}

/** What strategies and their stores call on express-session; not part of what is kept. */
function withSessionMethods(session: Record<string, unknown>): Record<string, unknown> {
  const then = (act: () => void) => (done?: (error?: unknown) => void) => {
    act()
    done?.()
    return session
  }
  const clear = () => {
    for (const name of Object.keys(session)) delete session[name]
  }
  const methods = {
    save: then(() => undefined),
    reload: then(() => undefined),
    touch: then(() => undefined),
    regenerate: then(clear),
    destroy: then(clear),
  }
  for (const [name, method] of Object.entries(methods))
    Object.defineProperty(session, name, { ...property(method), enumerable: false })
  return session
}

function property(value: unknown): PropertyDescriptor {
  return { value, writable: true, configurable: true, enumerable: true }
}
