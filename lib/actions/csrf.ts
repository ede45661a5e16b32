import type { Response } from "express"
import type { AuthContext } from "../http/auth-context.js"
import { appendSetCookies, requireUnsent, toSetCookie } from "../http/cookies.js"
import { getCsrfToken } from "../http/csrf.js"

/** Tokens created for a response, by the name of their cookie, so that a page can request one twice. */
const made = new WeakMap<Response, Map<string, string>>()

/** Returns the CSRF token for one of the app's own pages, and sets its cookie on the response. */
export function csrfTokenFromApp(context: AuthContext): string {
  const { res, cookies } = context
  const known = made.get(res)?.get(cookies.csrfToken.name)
  if (known) return known
  const { token, cookie } = getCsrfToken(context)
  if (cookie) {
    requireUnsent(res)
    appendSetCookies(res, [toSetCookie(cookie)])
    made.set(res, new Map(made.get(res)).set(cookie.name, token))
  }
  return token
}
