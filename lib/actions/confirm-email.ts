import { Verification } from "@auth/core/errors"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import { getCsrfToken } from "../http/csrf.js"
import type { Body } from "../http/read-body.js"
import { resolveDestination } from "../http/safe-redirect.js"
import { forgetMailCode, readRequestedMail } from "../mail/mail-code.js"
import { renderConfirmEmailPage } from "../pages/confirm-email.js"
import { toPage, toPageContext, withCookies } from "../replies/responses.js"
import { queryOf } from "./destination.js"
import { finishSignIn } from "./finish-sign-in.js"
import { wishesToBeRemembered } from "./remember-choice.js"

/**
 * `GET /auth/callback/:provider` of a mailed link: mail scanners and previews open links too, so this only shows a
 * button. Nothing of it depends on the browser that asked for the mail.
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
    ...(email && { email }),
    ...(context.config.session.remember === "ask" && { remember: isWished(context, link) }),
  })
  const response = toPage(context, html, cookie ? [cookie] : [])
  response.headers.set("referrer-policy", "no-referrer")
  return response
}

/** What was chosen when this mail was asked for, where that was in this browser. */
function isWished(context: AuthContext, link: string): boolean {
  const asked = readRequestedMail(context)
  return asked?.token === link && asked.remembered !== false
}

/**
 * The button was pressed: core looks for token and address where a link has them. No link of ours has a NUL in it, and
 * databases refuse to be asked for one.
 */
export async function followMailedLink(
  context: AuthContext,
  provider: ResolvedProvider,
  { body, destination }: { body: Body; destination: string },
): Promise<Response> {
  const { token, email } = body
  if (typeof token !== "string" || token === "") throw new Verification("The link has no token")
  if (String(email).includes("\0")) throw new Verification("The link has an address that is none")
  const query = { token, ...(typeof email === "string" && email !== "" && { email }) }
  const remembered = wishesToBeRemembered(context.config, body)
  const finished = await finishSignIn(context, provider, { method: "GET", query, destination, remembered })
  return withCookies(finished, forgetMailCode(context))
}
