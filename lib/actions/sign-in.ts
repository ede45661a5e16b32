import { findProvider } from "../config/find-provider.js"
import { isOAuthProvider, type ResolvedProvider } from "../config/resolve-providers.js"
import { addChecks } from "../engine/authorization-checks.js"
import { callCore } from "../engine/call-core.js"
import { startFlow } from "../engine/flow-cookies.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { requireCsrfToken, requireOwnPost } from "../http/csrf.js"
import { type Body, readBody } from "../http/read-body.js"
import { requestTexts } from "../http/request-texts.js"
import { limitMailRequests } from "../limits/sign-in-limit.js"
import { startMailCode } from "../mail/mail-code.js"
import { renderMail } from "../pages/mail.js"
import { toPageLook } from "../pages/page-look.js"
import { toFailedSignIn } from "../replies/failed-sign-in.js"
import { toRedirect } from "../replies/responses.js"
import { traceSignInStart } from "../replies/trace-sign-in.js"
import { destinationOf, dropDestination } from "./destination.js"
import { finishSignIn } from "./finish-sign-in.js"
import { readAttempt, type SignInInput } from "./read-attempt.js"
import { requirePlainCredentials } from "./require-plain-credentials.js"
import { redirectToSetUp } from "./set-up.js"
import { startStrategy } from "./strategy-sign-in.js"
import { visitorHintsOf } from "./visitor-hints.js"

/** Parameters of the authorization request that neither the visitor nor the app may set. */
const reservedParams =
  /^(?:client_id|redirect_uri|state|nonce|code_challenge.*|response_.*|request|request_uri)$/

/** Options of `signIn()`. */
export interface SignInOptions {
  /**
   * Where to redirect afterwards: a path of the app, or a URL that `callbacks.redirect` allows.
   *
   * @default the page where it started (`Referer`) or, if that is a sign-in page, the page that led there; else "/"
   */
  redirectTo?: string
  /** `false` returns an `AuthResult` instead of responding; cookies are set on `res`. @default true */
  redirect?: boolean
  /** Added to the authorization request, e.g. `{ prompt: "login" }`; never client_id, redirect_uri, state, … */
  authorizationParams?: Record<string, string>
  /**
   * Whether the session outlives the browser. Overrides the field `remember`, for apps that ask the user themselves.
   *
   * @default the field `remember` if `session.remember` is `"ask"`, else what `session.remember` sets
   */
  remember?: boolean
  /** The fields of the sign-in form, for email and credentials providers. @default the request's body */
  fields?: Body
}

/**
 * Starts a sign-in from one of the app's own POST handlers, and responds to the request. Needs no CSRF token: requests
 * sent from other sites are refused.
 *
 * @param id the id of a provider; without it, redirects to the sign-in page
 * @throws {ExpressAuthError} `ERR_AUTH_CSRF`, `ERR_AUTH_BODY`, `ERR_AUTH_UNKNOWN_PROVIDER`
 */
export async function signInFromApp(
  context: AuthContext,
  id?: string,
  options: SignInOptions = {},
): Promise<Response> {
  const { redirectTo, authorizationParams: params = {}, fields, remember } = options
  await requireOwnPost(context)
  const typed = fields ?? (await readBody(context.req, context.config.bodyLimit))
  const body = redirectTo === undefined ? typed : { ...typed, callbackUrl: redirectTo }
  const setUp = redirectToSetUp(context, id)
  if (setUp) return setUp
  const provider = id === undefined ? undefined : findProvider(context.config, id)
  return startOrAsk(context, provider, { body, params, remember })
}

/** `POST /auth/signin/:provider`: starts a sign-in from a page of ours, or one with our CSRF token. */
export async function postSignIn(
  context: AuthContext,
  provider: ResolvedProvider | undefined,
): Promise<Response> {
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  return startOrAsk(context, provider, { body, hints: visitorHintsOf(context) })
}

async function startOrAsk(
  context: AuthContext,
  provider: ResolvedProvider | undefined,
  input: SignInInput,
): Promise<Response> {
  if (provider) return startSignIn(await readAttempt(context, provider, input))
  const callbackUrl = await destinationOf(context, input.body)
  return toRedirect(context, toActionUrl(context, "signin", { callbackUrl }))
}

/**
 * Checks the form, or redirects to the provider, to the page that waits for a mail, or to the page of passkeys or
 * people. A failure is reported on the sign-in page.
 */
export async function startSignIn(attempt: SignInAttempt): Promise<Response> {
  const { context, provider, destination: callbackUrl } = attempt
  if (provider.type === "webauthn" || lacksPerson(attempt))
    return toRedirect(context, toActionUrl(context, `signin/${provider.id}`, { callbackUrl }))
  requirePlainCredentials(attempt)
  if (provider.type === "credentials") return finishSignIn(attempt)
  try {
    return await leaveForProvider(attempt)
  } catch (error) {
    return toFailedSignIn(attempt, error)
  }
}

/** Whether a form names no person, as that of an app's own page with a button for each provider. */
function lacksPerson({ strategy, body }: SignInAttempt): boolean {
  const names = ["person", ...Object.keys(strategy?.fields ?? {})]
  return strategy?.people !== undefined && !names.some((name) => Object.hasOwn(body, name))
}

/** Redirects to the provider, or to the page that says a mail is on its way. */
export function leaveForProvider(attempt: SignInAttempt): Promise<Response> {
  // A form of a strategy is checked at once, which finishes the sign-in.
  return attempt.fields ? leave(attempt) : traceSignInStart(attempt, () => leave(attempt))
}

async function leave(attempt: SignInAttempt): Promise<Response> {
  const { context, provider, hints, destination } = attempt
  const params = withoutReserved(attempt.params)
  if (attempt.strategy) return startStrategy({ ...attempt, params })
  if (!isOAuthProvider(provider)) return sendMail(attempt)
  const request = { method: "POST", query: { ...hints, ...params }, body: {}, cookies: {} } as const
  const { redirect = destination, metadata } = await callCore({ ...attempt, request }, "signin")
  const sent = addChecks(context, provider, { redirect, metadata })
  return toRedirect(context, sent.url, [...startFlow(attempt, sent), ...dropDestination(context)])
}

/** The browser that requested the mail may use its code. */
async function sendMail(attempt: SignInAttempt): Promise<Response> {
  const { context, destination, remembered } = attempt
  await limitMailRequests(context)
  const { redirect = destination, mail } = await callCore(attempt, "signin", ({ url, expires, code = "" }) =>
    renderMail(toPageLook(context.config), requestTexts(context.req, context.config), { url, expires, code }),
  )
  const link = { provider: attempt.provider.id, destination, remembered }
  const cookies = mail ? await startMailCode(context, link, mail) : []
  return toRedirect(context, redirect, [...cookies, ...dropDestination(context)])
}

function withoutReserved(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !reservedParams.test(name)))
}
