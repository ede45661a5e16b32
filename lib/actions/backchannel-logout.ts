import { isOAuthProvider, type ResolvedProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { readBody } from "../http/read-body.js"
import { useLogoutTokenOnce } from "../logout/logout-once.js"
import { endProviderSessions } from "../logout/logout-sessions.js"
import { verifyLogoutToken } from "../logout/logout-token.js"

/**
 * `POST /auth/backchannel-logout/:provider`: a provider signs a user out. Its server sends no cookie and no CSRF token;
 * the signed token is the proof. Responds with 200, or 400 and the reason.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_UNKNOWN_PROVIDER` (404) for a provider that is no OpenID provider
 * @see https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest
 */
export async function postBackchannelLogout(
  context: AuthContext,
  provider: ResolvedProvider,
): Promise<Response> {
  const { req, config } = context
  const id = provider.id
  if (!isOAuthProvider(provider) || provider.type !== "oidc") throw notOpenId(id)
  try {
    const body = await readBody(req, config.bodyLimit)
    const claims = await verifyLogoutToken(body.logout_token, provider)
    const target = { provider: id, config }
    await useLogoutTokenOnce(claims, target, () => endProviderSessions(claims, target))
  } catch (error) {
    return toRefusal(context, id, error)
  }
  return new Response(null, { headers: { "cache-control": "no-store" } })
}

/** What is wrong with the request its sender may read; what is wrong with us goes to the log. */
function toRefusal({ config }: AuthContext, provider: string, error: unknown): Response {
  if (error instanceof ExpressAuthError && error.status < 500) {
    config.logger.debug("A logout token was refused", { provider, error: error.code })
    return toError("invalid_request", error.message)
  }
  const message = `Provider "${provider}" signed a user out, but the sessions could not be ended here.`
  config.logger.error(new ExpressAuthError("ERR_AUTH_SIGN_OUT", message, { status: 503, cause: error }))
  return toError("server_error", "The sessions could not be ended.")
}

function toError(error: string, description: string): Response {
  return new Response(JSON.stringify({ error, error_description: description }), {
    status: 400,
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  })
}

function notOpenId(id: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_UNKNOWN_PROVIDER", `"${id}" is no OpenID provider.`, { status: 404 })
}
