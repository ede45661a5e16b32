import { keptUrl } from "../actions/destination.js"
import { warnOnce } from "../config/process-memory.js"
import { mountOf } from "../http/config-for.js"
import { appendSetCookies, expireCookie, toSetCookie } from "../http/cookies.js"
import { getOrigin } from "../http/origin.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { sessionContextOf } from "../session/get-session.js"
import type { Visit } from "./passport-request.js"

/**
 * Gives a request without express-session a `req.session` whose `returnTo` is where a sign-in leads: the cookie by which
 * our sign-in finds back from a page of the app's own. Guards such as `connect-ensure-login` write to it. It reads back as
 * it was written, and can be deleted. Anything else written to it is gone after the request, with one warning in development.
 *
 * Only URLs of our own origin are kept, and only such are read: a cookie may be planted.
 */
export function lendReturnTo(visit: Visit): void {
  const { req } = visit
  if (Reflect.get(req, "session")) return
  const own = { configurable: true, enumerable: true }
  let lent: object | undefined
  Object.defineProperty(req, "session", {
    ...own,
    get: () => (lent ??= lendSession(visit)),
    set: (value) => Object.defineProperty(req, "session", { ...own, value, writable: true }),
  })
}

function lendSession(visit: Visit): object {
  const known = readReturnTo(visit)
  return new Proxy(known === undefined ? {} : { returnTo: known }, {
    set(session, name, value) {
      if (name === "returnTo") return setReturnTo(session, value, visit)
      warnOfLoss(visit)
      return Reflect.set(session, name, value)
    },
    deleteProperty: (session, name) =>
      name === "returnTo" ? setReturnTo(session, undefined, visit) : Reflect.deleteProperty(session, name),
  })
}

/** A URL that is not ours counts as none. */
function setReturnTo(session: object, value: unknown, visit: Visit): true {
  const { req, res, config } = visit
  const { name, options } = sessionContextOf(req, config).cookies.callbackUrl
  const kept = toKept(value, visit)
  if (kept) Object.assign(session, { returnTo: kept.read })
  else Reflect.deleteProperty(session, "returnTo")
  const cookie = kept ? { name, options, value: kept.cookie } : expireCookie(name, options)
  appendSetCookies(res, [toSetCookie(cookie)])
  return true
}

interface Kept {
  /** What the app reads again. */
  readonly read: string
  /** As browsers see it: a proxy may strip something before a path of the app's. */
  readonly cookie: string
}

/** Two slashes begin a path of the app's, not another host; such a path is kept as an absolute URL. */
function toKept(value: unknown, visit: Visit): Kept | undefined {
  const origin = getOrigin(visit.req, visit.config)
  if (typeof value !== "string" || !value.startsWith("/")) {
    const url = toSafeUrl(value, origin)
    return url === undefined ? undefined : { read: url, cookie: url }
  }
  const path = prefixOf(visit) + value
  const url = toSafeUrl(origin + path, origin)
  if (url === undefined) return
  return toSafeUrl(path, origin) === url && toSafeUrl(value, origin) !== undefined
    ? { read: value, cookie: path }
    : { read: url, cookie: url }
}

function readReturnTo(visit: Visit): string | undefined {
  const { req, config } = visit
  const kept = keptUrl(sessionContextOf(req, config))
  const url = toSafeUrl(kept, getOrigin(req, config))
  if (kept === undefined || url === undefined || !kept.startsWith("/")) return url
  const prefix = prefixOf(visit)
  const path = kept.startsWith(`${prefix}/`) ? kept.slice(prefix.length) : kept
  return toKept(path, visit)?.read
}

function prefixOf({ source, config }: Visit): string {
  return mountOf(source).known(config).prefix
}

function warnOfLoss({ req, config }: Visit): void {
  if (req.app.get("env") !== "development") return
  warnOnce(config, {
    code: "passport-session",
    message:
      "Something other than returnTo was written to req.session, which keeps nothing else: it is gone after the request. " +
      "Keep it in your database under user.id, or mount express-session before passport(auth).",
  })
}
