import { providerById } from "../config/find-provider.js"
import { createAttempt, getRequest } from "../engine/sign-in-attempt.js"
import { type AuthContext, toActionUrl, withQuery } from "../http/auth-context.js"
import { withCookies } from "../http/cookies.js"
import { getCsrfToken, requireCsrfToken } from "../http/csrf.js"
import { negotiate } from "../http/negotiate.js"
import { toProblemResponse } from "../http/problem.js"
import { readBody } from "../http/read-body.js"
import {
  dropMailCode,
  forgetMailCode,
  type MailedLink,
  readRequestedMail,
  tryMailCode,
} from "../mail/mail-code.js"
import { waitForMail } from "../mail/mail-limit.js"
import { type RequestedMailView, renderVerifyRequestPage } from "../pages/verify-request.js"
import { publishRefusal } from "../replies/publish-refusal.js"
import { toPage, toPageContext, toRedirect } from "../replies/responses.js"
import { customPage } from "./custom-page.js"
import { queryOf } from "./destination.js"
import { finishSignIn } from "./finish-sign-in.js"
import { inboxPathFor } from "./inbox.js"

/** `GET /auth/verify-request`: a mail is on its way; the browser that asked may type its code. */
export async function showVerifyRequest(context: AuthContext): Promise<Response> {
  const query = queryOf(context)
  const ownPage = customPage(context, "verifyRequest")
  if (ownPage) return toRedirect(context, withQuery(ownPage, Object.fromEntries(query)))
  const error = query.get("error") ?? undefined
  const said = { error, inbox: inboxPathFor(context, query.get("provider")) }
  const mail = requestedMailOf(context)
  if (!mail) return toPage(context, renderVerifyRequestPage(toPageContext(context), said))
  const { token, cookie } = getCsrfToken(context)
  const html = renderVerifyRequestPage(toPageContext(context, token), { ...said, mail })
  return toPage(context, html, cookie ? [cookie] : [])
}

/** Describes the last mail requested in this browser. */
function requestedMailOf(context: AuthContext): RequestedMailView | undefined {
  const { config } = context
  const requested = readRequestedMail(context)
  const provider = providerById(config.providers, requested?.provider)
  if (!requested || provider?.type !== "email") return
  const { identifier: email, destination: callbackUrl, hash, requests = [] } = requested
  return {
    ...{ email, callbackUrl, provider: provider.id, hasCode: hash !== "", isAnother: requests.length > 1 },
    remember: config.session.remember === "ask" && requested.remembered !== false,
    wait: waitForMail(requests, config),
  }
}

/** `POST /auth/verify-request`: the right code does what the link of its mail does. */
export async function postVerifyRequest(context: AuthContext): Promise<Response> {
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  const tried = await tryMailCode(context, body.code)
  if (tried.outcome === "wrong") return refuseCode(context, "CodeWrong", tried.link)
  const link = tried.outcome === "right" ? tried.link : undefined
  const provider = providerById(context.config.providers, link?.provider)
  if (!link || provider?.type !== "email")
    return withCookies(refuseCode(context, "CodeExpired", tried.link), dropMailCode(context))
  const { identifier: email, token, destination, remembered } = link
  const request = getRequest({ email, token })
  const attempt = createAttempt({ context, provider, destination, remembered, request })
  return withCookies(await finishSignIn(attempt), forgetMailCode(context))
}

/** The page says it again in words; other clients get problem+json. */
function refuseCode(context: AuthContext, error: string, link: MailedLink | undefined): Response {
  const person = { names: () => (link ? [link.identifier] : []) }
  publishRefusal(context, { provider: link?.provider, person, reason: error, status: 401 })
  const isScript = negotiate(context.req) !== "html" && !context.req.get("x-auth-return-redirect")
  if (isScript) return toProblemResponse({ status: 401, error, code: error })
  const page = { provider: link?.provider, type: "email", error }
  return toRedirect(context, toActionUrl(context, "verify-request", page))
}
