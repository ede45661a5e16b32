import { endpointUrl } from "../config/merge-provider.js"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { callCore } from "../engine/call-core.js"
import { isOnRedirectProxy } from "../engine/core-config.js"
import { flowMaxAge, resumeFlow } from "../engine/flow-cookies.js"
import { isForAnotherDeployment } from "../engine/is-for-another-deployment.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { useOnce } from "../limits/single-use.js"
import { toFailureResponse } from "../replies/failure-response.js"
import { toRedirect, withCookies } from "../replies/responses.js"
import { readSession } from "../session/get-session.js"
import { finishLink } from "./accounts/finish-link.js"
import { finishSignIn } from "./finish-sign-in.js"

type Params = Readonly<Record<string, string>>

/**
 * Finishes a flow when the visitor returns from the provider. The flow is over however it ends, even if the provider is
 * down: it may have used the code already. Only while the store of used flows fails does the flow stay as it is, so that
 * reloading the page continues it.
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
  const known = withoutUnknownIssuer(provider, params)
  const answer = postsResponse(provider)
    ? ({ method: "POST", body: known } as const)
    : ({ method: "GET", query: known } as const)
  const { link, destination, remembered = true } = flow
  const signIn = { ...answer, cookies: coreCookies, destination, remembered }
  const finished = link
    ? finishLink(context, provider, { ...signIn, link })
    : finishSignIn(context, provider, signIn)
  return withCookies(await finished, [clear])
}

/**
 * Leaves out the `iss` of a plain OAuth provider whose issuer is not configured: there is nothing to compare it with, and
 * core compares it with a placeholder of its own. Where an issuer is configured, core refuses any other.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9207
 */
function withoutUnknownIssuer(provider: OAuthProvider, { iss, ...params }: Params): Params {
  const isKnown = provider.type !== "oauth" || provider.issuer !== undefined
  return iss !== undefined && isKnown ? { ...params, iss } : params
}

/** A callback this browser has not asked for. On a redirect proxy it belongs to another deployment. */
async function finishWithoutFlow(
  context: AuthContext,
  provider: OAuthProvider,
  query: Params,
): Promise<Response> {
  const destination = `${context.origin}/`
  if (query.state && isOnRedirectProxy(context, provider)) {
    const call = { action: "callback", provider: provider.id, method: "GET", query } as const
    return toRedirect(context, (await callCore(context, { ...call, destination })).redirect ?? destination)
  }
  return finishUnasked(context)
}

/**
 * A callback that was reloaded, comes too late, or is somebody else's: a visitor who is signed in already is let go on;
 * everyone else is told to start again.
 */
export async function finishUnasked(context: AuthContext): Promise<Response> {
  const { session } = await readSession(context.req, context.config)
  if (session) return toRedirect(context, `${context.origin}/`)
  throw flowError("This sign-in was not started in this browser, or too long ago.")
}

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
