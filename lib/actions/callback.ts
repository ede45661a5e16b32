import { isOAuthProvider, type ResolvedProvider } from "../config/resolve-providers.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { requireCsrfToken } from "../http/csrf.js"
import { type Body, readBody } from "../http/read-body.js"
import { type StrategyHolder, strategyKey } from "../providers/strategy-provider.js"
import { toRedirect } from "../replies/responses.js"
import { followMailedLink, showConfirmEmail } from "./confirm-email.js"
import { paramsOf, queryOf } from "./destination.js"
import { finishOAuth, flowError } from "./finish-oauth.js"
import { finishPasskey } from "./passkeys/finish-passkey.js"
import { readAttempt } from "./read-attempt.js"
import { startSignIn } from "./sign-in.js"
import { finishPostedStrategy, finishStrategy } from "./strategy-sign-in.js"

/** `GET /auth/callback/:provider`: the visitor comes back from a provider, or opens a mailed link. */
export async function getCallback(context: AuthContext, provider: ResolvedProvider): Promise<Response> {
  if (provider.type === "email") return showConfirmEmail(context, provider)
  if (provider.type === "credentials" || provider.type === "webauthn")
    return toRedirect(context, toActionUrl(context, "signin"))
  const query = queryOf(context)
  const params = paramsOf(query)
  requireOnce(query)
  return (provider as StrategyHolder)[strategyKey]
    ? finishStrategy(context, provider, params)
    : finishOAuth(context, provider, params)
}

/**
 * `POST /auth/callback/:provider`: credentials, a passkey's response, the button behind a mailed link, or a provider
 * that posts its response (`response_mode=form_post`). The last comes from another site, without our cookies: it is
 * redirected to GET, which brings them.
 */
export async function postCallback(context: AuthContext, provider: ResolvedProvider): Promise<Response> {
  const body = await readBody(context.req, context.config.bodyLimit)
  const { [strategyKey]: strategy } = provider as StrategyHolder
  if (strategy && !strategy.fields) return finishPostedStrategy(context, provider, body)
  if (!strategy && isOAuthProvider(provider)) return toGetCallback(context, provider, body)
  requireCsrfToken(context, body.csrfToken)
  const attempt = await readAttempt(context, provider, { body })
  if (provider.type === "email") return followMailedLink(attempt)
  if (provider.type === "webauthn") return finishPasskey(attempt)
  return startSignIn(attempt)
}

function toGetCallback(context: AuthContext, provider: ResolvedProvider, body: Body): Response {
  requireOnce(new URLSearchParams(Object.entries(body).flatMap(toPairs)))
  const params = Object.entries(body).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  )
  const location = toActionUrl(context, `callback/${provider.id}`, Object.fromEntries(params))
  return new Response(null, { status: 303, headers: { location, "cache-control": "private, no-store" } })
}

function toPairs([name, value]: [string, unknown]): [string, string][] {
  return [value].flat().map((one) => [name, String(one)])
}

const protocolParams = ["code", "state", "iss", "error", "response", "id_token"]

/**
 * Refuses a response that repeats a parameter: the provider and we might read different values.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_FLOW` (400)
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1
 */
function requireOnce(params: URLSearchParams): void {
  const repeated = protocolParams.find((name) => params.getAll(name).length > 1)
  if (repeated) throw flowError(`The provider's response has the parameter "${repeated}" more than once.`)
}
