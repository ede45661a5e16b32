import { keptUrl } from "../actions/destination.js"
import { warnOnce } from "../config/process-memory.js"
import { mountOf } from "../http/config-for.js"
import { appendSetCookies, expireCookie, toSetCookie } from "../http/cookies.js"
import { getOrigin } from "../http/origin.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { sessionContextOf } from "../session/get-session.js"
import type { PassportRequest } from "./passport-request.js"

/**
 * Adds a `req.session` whose `returnTo` is stored in the callback-URL cookie, the destination of the next sign-in.
 * Guards such as `connect-ensure-login` write to it. `returnTo` can be read and deleted like a plain property. Every
 * other property is lost after the request, with one warning in development. Does nothing when express-session is in
 * use.
 *
 * Only URLs of our own origin are written or read, because an attacker can plant a cookie.
 */
export function lendReturnTo(equipped: PassportRequest): void {
  const { req } = equipped
  if (Reflect.get(req, "session")) return
  const own = { configurable: true, enumerable: true }
  let lent: object | undefined
  Object.defineProperty(req, "session", {
    ...own,
    get: () => (lent ??= lendSession(equipped)),
    set: (value) => Object.defineProperty(req, "session", { ...own, value, writable: true }),
  })
}

function lendSession(equipped: PassportRequest): object {
  const known = readReturnTo(equipped)
  return new Proxy(known === undefined ? {} : { returnTo: known }, {
    set(session, name, value) {
      if (name === "returnTo") return setReturnTo(session, value, equipped)
      warnOfLoss(equipped)
      return Reflect.set(session, name, value)
    },
    deleteProperty: (session, name) =>
      name === "returnTo" ? setReturnTo(session, undefined, equipped) : Reflect.deleteProperty(session, name),
  })
}

/** Treats a URL of another origin as a deletion. */
function setReturnTo(session: object, value: unknown, equipped: PassportRequest): true {
  const { req, res, config } = equipped
  const { name, options } = sessionContextOf(req, config).cookies.callbackUrl
  const kept = toKept(value, equipped)
  if (kept) Object.assign(session, { returnTo: kept.read })
  else Reflect.deleteProperty(session, "returnTo")
  const cookie = kept ? { name, options, value: kept.cookie } : expireCookie(name, options)
  appendSetCookies(res, [toSetCookie(cookie)])
  return true
}

interface Kept {
  /** The value that the app reads back. */
  readonly read: string
  /** The value as browsers see it, including a prefix that a proxy strips. */
  readonly cookie: string
}

/** Stores a path that starts with two slashes as an absolute URL, so that browsers do not read it as another host. */
function toKept(value: unknown, equipped: PassportRequest): Kept | undefined {
  const origin = getOrigin(equipped.req, equipped.config)
  if (typeof value !== "string" || !value.startsWith("/")) {
    const url = toSafeUrl(value, origin)
    return url === undefined ? undefined : { read: url, cookie: url }
  }
  const path = prefixOf(equipped) + value
  const url = toSafeUrl(origin + path, origin)
  if (url === undefined) return
  return toSafeUrl(path, origin) === url && toSafeUrl(value, origin) !== undefined
    ? { read: value, cookie: path }
    : { read: url, cookie: url }
}

function readReturnTo(equipped: PassportRequest): string | undefined {
  const { req, config } = equipped
  const kept = keptUrl(sessionContextOf(req, config))
  const url = toSafeUrl(kept, getOrigin(req, config))
  if (kept === undefined || url === undefined || !kept.startsWith("/")) return url
  const prefix = prefixOf(equipped)
  const path = kept.startsWith(`${prefix}/`) ? kept.slice(prefix.length) : kept
  return toKept(path, equipped)?.read
}

function prefixOf({ source, config }: PassportRequest): string {
  return mountOf(source).paths(config).prefix
}

function warnOfLoss({ req, config }: PassportRequest): void {
  if (req.app.get("env") !== "development") return
  warnOnce(config, {
    code: "passport-session",
    message:
      "A property other than returnTo was set on req.session, which stores only returnTo: it is lost after the request. " +
      "Store it in your database under user.id, or mount express-session before passport(auth).",
  })
}
