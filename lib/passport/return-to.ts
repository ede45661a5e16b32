import { rememberedUrl } from "../actions/destination.js"
import { mountOf } from "../http/config-for.js"
import { appendSetCookies, type Cookie, expireCookie, toSetCookie } from "../http/cookies.js"
import { getOrigin } from "../http/origin.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { sessionContextOf } from "../session/get-session.js"
import type { Visit } from "./visit.js"

/**
 * Gives a request without express-session a `req.session` whose `returnTo` is where a sign-in leads: the cookie by which
 * our sign-in finds back from a page of the app's own. Guards such as `connect-ensure-login` write to it. Whatever else is
 * put on it is gone after the request.
 *
 * Only URLs of our own origin are kept, and only such are read: a cookie may be planted.
 */
export function lendReturnTo(visit: Visit): void {
  if (Reflect.get(visit.req, "session")) return
  let written: string | undefined
  const session = Object.defineProperty({}, "returnTo", {
    configurable: true,
    enumerable: true,
    get: () => written ?? readReturnTo(visit),
    set: (value: unknown) => {
      written = toReturnUrl(value, visit)
      appendSetCookies(visit.res, [toSetCookie(toCookie(written, visit))])
    },
  })
  Object.assign(visit.req, { session })
}

function readReturnTo({ req, config }: Visit): string | undefined {
  return toSafeUrl(rememberedUrl(sessionContextOf(req, config)), getOrigin(req, config))
}

/** A path is one of the app's: a proxy may strip something before it, and two slashes are no other host. */
function toReturnUrl(value: unknown, { req, source, config }: Visit): string | undefined {
  const origin = getOrigin(req, config)
  const isPath = typeof value === "string" && value.startsWith("/")
  return toSafeUrl(isPath ? origin + mountOf(source).known(config).prefix + value : value, origin)
}

function toCookie(url: string | undefined, { req, config }: Visit): Cookie {
  const { name, options } = sessionContextOf(req, config).cookies.callbackUrl
  return url === undefined ? expireCookie(name, options) : { name, options, value: url }
}
