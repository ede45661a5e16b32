import type { Request } from "express"
import type { StrategyStep } from "../providers/strategy-provider.js"

/** Receives the effects of a strategy beyond its five actions. */
interface StrategyOutlets {
  /** Called for `req.flash("error", "No such user.")` in a verify function. */
  flash(message: unknown): void
  /** Called with a page that the strategy writes itself, such as a self-submitting form for the identity provider. */
  send(html: string): void
}

/**
 * Derives the request that a strategy sees from the Express request. `query` and `body` contain only the provider's
 * response, the URL is the callback's public URL, and `session` lasts for one sign-in.
 *
 * @param user becomes `req.user`; `undefined` for a sign-in even when a user is signed in, so that strategies do not
 * link the account
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

/** Rebuilds the form body for strategies that read the request itself, as openid-client does with a posted response. */
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
      // Node's fetch would wait forever after an empty chunk.
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

/** Adds the express-session methods that strategies call. They are not enumerable, so they are not stored. */
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
