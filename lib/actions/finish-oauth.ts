import { endpointUrl } from "../config/merge-provider.js"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { callCore } from "../engine/call-core.js"
import { isOnRedirectProxy } from "../engine/core-config.js"
import { flowMaxAge, resumeFlow } from "../engine/flow-cookies.js"
import { isForAnotherDeployment } from "../engine/is-for-another-deployment.js"
import { type CoreRequest, createAttempt, getRequest } from "../engine/sign-in-attempt.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { useOnce } from "../limits/single-use.js"
import { toFailureResponse } from "../replies/failure-response.js"
import { toRedirect, withCookies } from "../replies/responses.js"
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
  const resumed = elsewhere ? undefined : resumeFlow(context, provider.id, params.state)
  if (!resumed) return finishWithoutFlow(context, provider, params)
  const { flow, coreCookies, clear } = resumed
  if (params.code === undefined && params.error === undefined)
    return toFailureResponse(context, flowError("The provider sent neither a code nor an error."), {
      cookies: [clear],
    })
  if (!(await useOnce(context.config, JSON.stringify(flow), flowMaxAge))) return finishUnasked(context)
  const { link, destination, remembered } = flow
  const request = toRequest(provider, withoutUnknownIssuer(provider, params), coreCookies)
  const attempt = createAttempt({ context, provider, destination, remembered, link, request })
  return withCookies(await finishSignIn(attempt), [clear])
}

/** Core looks for the response of a provider in the body if the provider was asked to post it. */
function toRequest(provider: OAuthProvider, params: Params, cookies: Params): CoreRequest {
  return postsResponse(provider)
    ? { method: "POST", query: {}, body: params, cookies }
    : getRequest(params, cookies)
}

/**
 * Leaves out the `iss` of a plain OAuth provider without a configured issuer, which core would compare with a
 * placeholder of its own. With a configured issuer, core refuses any other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9207
 */
function withoutUnknownIssuer(provider: OAuthProvider, { iss, ...params }: Params): Params {
  const isKnown = provider.type !== "oauth" || provider.issuer !== undefined
  return iss !== undefined && isKnown ? { ...params, iss } : params
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
  return finishUnasked(context)
}

/**
 * Responds to a callback that was reloaded, comes too late, or belongs to another browser: redirects visitors who are
 * signed in, and asks all others to start again.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_FLOW` (400)
 */
export async function finishUnasked(context: AuthContext): Promise<Response> {
  const { session } = await readSession(context.req, context.config)
  if (session) return toRedirect(context, `${context.origin}/`)
  throw flowError("This sign-in was not started in this browser, or too long ago.")
}

/** Creates the error of a callback that belongs to no flow of this browser. */
export function flowError(message: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_FLOW", message, { status: 400 })
}

/** Whether the provider was asked to post its response, so that core looks for it in the body. */
function postsResponse({ authorization }: OAuthProvider): boolean {
  if (typeof authorization === "object" && authorization.params?.response_mode)
    return authorization.params.response_mode === "form_post"
  const url = endpointUrl(authorization)
  return url !== undefined && new URL(url).searchParams.get("response_mode") === "form_post"
}
