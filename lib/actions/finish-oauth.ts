import type { OAuthProvider } from "../config/resolve-providers.js"
import { callCore } from "../engine/call-core.js"
import { toCallbackRequest } from "../engine/core-request.js"
import { flowMaxAge, resumeFlow } from "../engine/flow-cookies.js"
import { createAttempt, getRequest } from "../engine/sign-in-attempt.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { withCookies } from "../http/cookies.js"
import { useOnce } from "../limits/single-use.js"
import { toFailureResponse } from "../replies/failure-response.js"
import { toRedirect } from "../replies/responses.js"
import { decodeToken } from "../session/codec/token-codec.js"
import { readSession } from "../session/get-session.js"
import { finishSignIn } from "./finish-sign-in.js"

type Params = Readonly<Record<string, string>>

/**
 * Finishes the flow to which a provider's response belongs. The flow ends whether the sign-in succeeds or not, even if
 * the provider is down: it may have used the code already. Only if the store of used flows fails does the flow stay, so
 * that reloading the page continues it.
 */
export async function finishOAuth(
  context: AuthContext,
  provider: OAuthProvider,
  params: Params,
): Promise<Response> {
  const elsewhere = isForAnotherDeployment(context, provider, params.state)
  const lacksState = params.state === undefined && provider.checks?.includes("state")
  const resumed = elsewhere || lacksState ? undefined : resumeFlow(context, provider.id, params.state)
  if (!resumed) return finishWithoutFlow(context, provider, params)
  const { flow, clear } = resumed
  if (params.code === undefined && params.error === undefined)
    return toFailureResponse(context, flowError("The provider sent neither a code nor an error."), {
      cookies: [clear],
    })
  if (!(await useOnce(context.config, JSON.stringify(flow), flowMaxAge))) return finishUnknownFlow(context)
  const { link, destination, remembered } = flow
  const request = toCallbackRequest(context, provider, { params, flow })
  const attempt = createAttempt({ context, provider, destination, remembered, link, flow, request })
  return withCookies(await finishSignIn(attempt), [clear])
}

/** Whether a callback on a redirect proxy must be forwarded. Core sealed the target into the `state`. */
function isForAnotherDeployment(
  context: AuthContext,
  provider: OAuthProvider,
  state: string | undefined,
): boolean {
  if (state === undefined || !isOnRedirectProxy(context, provider)) return false
  const decoded = decodeToken(state, { secrets: context.config.baseSecrets, salt: "encodedState" })
  const start = decoded.status === "valid" ? decoded.payload.origin : undefined
  return typeof start === "string" && URL.canParse(start) && new URL(start).origin !== context.origin
}

/** Whether core forwards this callback to another deployment before it reads any cookie. */
function isOnRedirectProxy({ config, origin }: AuthContext, provider: OAuthProvider): boolean {
  const proxy = provider.redirectProxyUrl ?? config.redirectProxyUrl
  return proxy !== undefined && URL.canParse(proxy) && new URL(proxy).origin === origin
}

/** Responds to a callback without a flow. On a redirect proxy it belongs to another deployment. */
async function finishWithoutFlow(
  context: AuthContext,
  provider: OAuthProvider,
  query: Params,
): Promise<Response> {
  const destination = `${context.origin}/`
  if (query.state && isOnRedirectProxy(context, provider)) {
    const attempt = createAttempt({ context, provider, destination, request: getRequest(query) })
    return toRedirect(context, (await callCore(attempt, "callback")).redirect ?? destination)
  }
  return finishUnknownFlow(context)
}

/**
 * Responds to a callback that was reloaded, came too late or belongs to another browser: redirects signed-in visitors,
 * and refuses all others.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_FLOW` (400)
 */
export async function finishUnknownFlow(context: AuthContext): Promise<Response> {
  const { session } = await readSession(context.req, context.config)
  if (session) return toRedirect(context, `${context.origin}/`)
  throw flowError("This sign-in was started in another browser, or too long ago.")
}

/** Creates the error of a callback that belongs to no flow of this browser. */
export function flowError(message: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_FLOW", message, { status: 400 })
}
