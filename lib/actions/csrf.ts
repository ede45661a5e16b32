import type { AuthContext } from "../http/auth-context.js"
import { appendSetCookies, toSetCookie } from "../http/cookies.js"
import { getCsrfToken } from "../http/csrf.js"
import { requireUnsent } from "./answer.js"

/** The token for a page of the app's own; the cookie that belongs to it is put on the response. */
export function csrfTokenFromApp(context: AuthContext): string {
  const { token, cookie } = getCsrfToken(context)
  if (cookie) {
    requireUnsent(context.res)
    appendSetCookies(context.res, [toSetCookie(cookie)])
  }
  return token
}
