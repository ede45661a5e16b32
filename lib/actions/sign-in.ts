import { findProvider } from "../config/find-provider.js"
import { isOAuthProvider, type ResolvedProvider } from "../config/resolve-providers.js"
import { type CoreCall, callCore } from "../engine/call-core.js"
import { startFlow } from "../engine/flow-cookies.js"
import { shortenState } from "../engine/shorten-state.js"
import { RateLimitError } from "../errors.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { requireCsrfToken, requireOwnPost } from "../http/csrf.js"
import { type Body, readBody } from "../http/read-body.js"
import { startMailCode } from "../mail/mail-code.js"
import type { MailWriter } from "../mail/mail-message.js"
import { renderMail } from "../pages/mail.js"
import { strategyOf } from "../providers/strategy-provider.js"
import { toFailureResponse } from "../replies/failure-response.js"
import { toLimitedResponse } from "../replies/limited-response.js"
import { toRedirect } from "../replies/responses.js"
import { keepTypedValues } from "../replies/typed-values.js"
import { destinationOf, dropDestination } from "./destination.js"
import { finishSignIn } from "./finish-sign-in.js"
import { limitMailRequests } from "./limit-tries.js"
import { wishesToBeRemembered } from "./remember-choice.js"
import { requirePlainCredentials } from "./require-plain-credentials.js"
import { type Departure, startStrategy } from "./strategy-sign-in.js"
import { visitorHintsOf } from "./visitor-hints.js"

/** What makes an authorization request ours: neither visitor nor app may set it. */
const reservedParams =
  /^(?:client_id|redirect_uri|state|nonce|code_challenge.*|response_.*|request|request_uri)$/

export interface SignInOptions {
  /**
   * Where to go afterwards: a path of the app, or a URL that `callbacks.redirect` allows.
   *
   * @default the page it began on (`Referer`), or, where that is a sign-in page, the page that led there; else "/"
   */
  redirectTo?: string
  /** `false` returns an `AuthResult` instead of answering the request; cookies are set on `res`. @default true */
  redirect?: boolean
  /** Added to the authorization request, e.g. `{ prompt: "login" }`; never client_id, redirect_uri, state, … */
  authorizationParams?: Record<string, string>
  /**
   * Whether they are still signed in after the browser was closed, where the app has asked for itself.
   *
   * @default with `session.remember: "ask"` the field `remember`, else as `session.remember` says
   */
  remember?: boolean
  /** What the visitor typed, for e-mail and credentials providers. @default the request's body */
  fields?: Body
}

/**
 * Starts a sign-in from a POST handler of the app's own, and answers the request. No CSRF token is needed: a request
 * another site made the browser send is refused.
 */
export async function signInFromApp(
  context: AuthContext,
  provider?: string,
  options: SignInOptions = {},
): Promise<Response> {
  const { redirectTo, authorizationParams: params = {}, fields, remember } = options
  await requireOwnPost(context)
  const body = fields ?? (await readBody(context.req, context.config.bodyLimit))
  const found = provider === undefined ? undefined : findProvider(context.config, provider)
  return startSignIn(context, found, {
    body: redirectTo === undefined ? body : { ...body, callbackUrl: redirectTo },
    ...{ params, remember },
  })
}

/** `POST /auth/signin/:provider` */
export async function postSignIn(
  context: AuthContext,
  provider: ResolvedProvider | undefined,
): Promise<Response> {
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  return startSignIn(context, provider, { body, hints: visitorHintsOf(context) })
}

/** A passkey is asked for by the script of a page. */
function toPasskeyPage(context: AuthContext, provider: ResolvedProvider, destination: string): Response {
  const page = toActionUrl(context, `signin/${provider.id}`, { callbackUrl: destination })
  return toRedirect(context, page)
}

interface StartedSignIn {
  body: Body
  /** The app's. */
  params?: Record<string, string>
  /** The visitor's. */
  hints?: Record<string, string>
  /** Said by the app. */
  remember?: boolean | undefined
}

/** Leads to the provider, sends the mail, or shows the sign-in page where no provider is named. */
export async function startSignIn(
  context: AuthContext,
  provider: ResolvedProvider | undefined,
  { body, params = {}, hints = {}, remember }: StartedSignIn,
): Promise<Response> {
  const destination = await destinationOf(context, body)
  if (!provider) return toRedirect(context, toActionUrl(context, "signin", { callbackUrl: destination }))
  if (provider.type === "webauthn") return toPasskeyPage(context, provider, destination)
  requirePlainCredentials(provider, body)
  const remembered = wishesToBeRemembered(context.config, body, remember)
  if (provider.type === "credentials")
    return finishSignIn(context, provider, { body, destination, remembered })
  try {
    return await leaveForProvider(context, provider, { body, params, hints, destination, remembered })
  } catch (error) {
    if (error instanceof RateLimitError)
      return toLimitedResponse(context, error, { provider, body, destination, remembered })
    const cookies = keepTypedValues(context, provider, { body, error, remembered })
    return toFailureResponse(context, error, { destination, cookies })
  }
}

/** To the provider, or to the page that says a mail is on its way. */
export async function leaveForProvider(
  context: AuthContext,
  provider: ResolvedProvider,
  { body, params, hints = {}, link, ...going }: Departure,
): Promise<Response> {
  const id = provider.id
  const call = { action: "signin", method: "POST", provider: id, ...going } as const
  const query = withoutReserved(params)
  if (strategyOf(provider))
    return startStrategy(context, provider, { body, params: query, hints, ...going, ...(link && { link }) })
  if (!isOAuthProvider(provider)) return sendMail(context, { ...call, body })
  const answer = await callCore(context, { ...call, query: { ...hints, ...query }, body: {} })
  const result = shortenState(context, provider, answer)
  const flow = startFlow(context, { provider: id, ...going, ...(link && { link }) }, result)
  return toRedirect(context, result.redirect ?? going.destination, [...flow, ...dropDestination(context)])
}

/** The browser that asked for the mail may use its code. */
async function sendMail(context: AuthContext, call: CoreCall): Promise<Response> {
  const { destination, provider, remembered } = call
  await limitMailRequests(context)
  const writeMail: MailWriter = ({ url, expires, code = "" }) =>
    renderMail(context.config.theme, { url, expires, code })
  const { redirect = destination, mail } = await callCore(context, { ...call, writeMail })
  const cookies = mail ? await startMailCode(context, { provider, destination, remembered }, mail) : []
  return toRedirect(context, redirect, [...cookies, ...dropDestination(context)])
}

function withoutReserved(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => !reservedParams.test(name)))
}
