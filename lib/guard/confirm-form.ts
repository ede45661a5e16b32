import { type AuthContext, toActionUrl, toSignInUrl } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import { getCsrfToken, requireCsrfToken } from "../http/csrf.js"
import { readBody } from "../http/read-body.js"
import { renderConfirmFormPage } from "../pages/confirm-form.js"
import { renderErrorPage } from "../pages/error.js"
import { toPage, toPageContext, toRedirect } from "../replies/responses.js"
import { readSession } from "../session/get-session.js"
import { identifySession } from "../session/identify-session.js"
import type { SessionReading } from "../session/session-reading.js"
import { checkFreshness, signInProofOf } from "../session/sign-in-proof.js"
import { type HeldForm, isHeldFormId, openHeldForm } from "./held-form.js"

/**
 * Responds to `GET /auth/confirm-form/:id`: after a fresh sign-in, asks whether to send the form that was posted
 * before. Only the user who posted it sees it; without a fresh sign-in, redirects to the sign-in page.
 *
 * @returns `undefined` if the path holds no form id
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503)
 */
export async function showConfirmForm(context: AuthContext, id: string): Promise<Response | undefined> {
  if (!isHeldFormId(id)) return
  const { form, drop } = openHeldForm(context, id)
  if (!form) return refuse(context, "FormGone", drop)
  const reading = await readSession(context.req, context.config)
  const visitor = identifySession(reading)
  if (!visitor) return askToSignIn(context, id, "fresh")
  if (visitor.userId !== form.userId) return refuse(context, "FormOfAnother", drop)
  const freshness = checkFreshness(signInProofOf(reading), form.rule)
  if (freshness === "fresh") return ask(context, form, { id, reading })
  return askToSignIn(context, id, freshness === "stale" ? "reauthenticate" : "unproven")
}

/**
 * Responds to `POST /auth/confirm-form/:id`: discards the form.
 *
 * @returns `undefined` if the path holds no form id
 * @throws {ExpressAuthError} `ERR_AUTH_CSRF` (403)
 */
export async function postConfirmForm(context: AuthContext, id: string): Promise<Response | undefined> {
  if (!isHeldFormId(id)) return
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  const { form, drop } = openHeldForm(context, id)
  return toRedirect(context, form?.from ?? toHome(context), drop)
}

/** Keeps the form's cookie, so that reloading the page loses nothing. */
function ask(
  context: AuthContext,
  { target, fields }: HeldForm,
  { id, reading }: { id: string; reading: SessionReading },
): Response {
  const { token, cookie } = getCsrfToken(context)
  const { name, email } = reading.session?.user ?? {}
  const user = [name, email].find((text): text is string => typeof text === "string" && text !== "")
  const discard = `${context.basePath}/confirm-form/${id}`
  const html = renderConfirmFormPage(toPageContext(context, token), {
    target,
    fields,
    discard,
    user,
  })
  return toPage(context, html, cookie ? [cookie] : [])
}

function askToSignIn(context: AuthContext, id: string, code: string): Response {
  const callbackUrl = toActionUrl(context, `confirm-form/${id}`)
  return toRedirect(context, toSignInUrl(context, { error: "SessionRequired", code, callbackUrl }))
}

function refuse(context: AuthContext, error: string, drop: readonly Cookie[]): Response {
  const { html, status } = renderErrorPage(toPageContext(context), { error, link: toHome(context) })
  return toPage(context, html, drop, status)
}

function toHome({ origin, prefix }: AuthContext): string {
  return `${origin}${prefix}/`
}
