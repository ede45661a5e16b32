import { Verification } from "@auth/core/errors"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { getRequest, type SignInAttempt } from "../engine/sign-in-attempt.js"
import type { AuthContext } from "../http/auth-context.js"
import { withCookies } from "../http/cookies.js"
import { getCsrfToken } from "../http/csrf.js"
import { resolveDestination } from "../http/safe-redirect.js"
import { forgetMailCode, readRequestedMail } from "../mail/mail-code.js"
import { renderConfirmEmailPage } from "../pages/confirm-email.js"
import { toPage, toPageContext } from "../replies/responses.js"
import { queryOf } from "./destination.js"
import { finishSignIn } from "./finish-sign-in.js"

/**
 * `GET /auth/callback/:provider` of a mailed link: shows a button only, because mail scanners and previews open links
 * too. Works in any browser, not only in the one that requested the mail.
 */
export async function showConfirmEmail(context: AuthContext, provider: ResolvedProvider): Promise<Response> {
  const query = queryOf(context)
  const [link, email] = [query.get("token"), query.get("email")]
  if (!link) throw new Verification("The link has no token")
  const { token, cookie } = getCsrfToken(context)
  const html = renderConfirmEmailPage(toPageContext(context, token), {
    provider: provider.id,
    callbackUrl: await resolveDestination(query.get("callbackUrl"), context.origin, context.config),
    token: link,
    email: email || undefined,
    remember: context.config.session.remember === "ask" ? isWished(context, link) : undefined,
  })
  const response = toPage(context, html, cookie ? [cookie] : [])
  response.headers.set("referrer-policy", "no-referrer")
  return response
}

/** Whether the visitor chose to be remembered, if this browser requested the mail. */
function isWished(context: AuthContext, link: string): boolean {
  const asked = readRequestedMail(context)
  return asked?.token === link && asked.remembered !== false
}

/**
 * Finishes the sign-in of a mailed link after its button was pressed: core reads token and address from the query.
 * Refuses a NUL, which no link of ours contains and databases reject.
 *
 * @throws {Verification}
 */
export async function followMailedLink(attempt: SignInAttempt): Promise<Response> {
  const { token, email } = attempt.body
  if (typeof token !== "string" || token === "") throw new Verification("The link has no token")
  if (String(email).includes("\0")) throw new Verification("The link has no valid address")
  const request = getRequest({ token, ...(typeof email === "string" && email !== "" && { email }) })
  const finished = await finishSignIn({ ...attempt, body: {}, request })
  return withCookies(finished, forgetMailCode(attempt.context))
}
