import { recordEvent } from "../audit/record-event.js"
import { isOAuthProvider, type ResolvedProvider } from "../config/resolve-providers.js"
import { publish } from "../diagnostics/channels.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { readBody } from "../http/read-body.js"
import { useLogoutTokenOnce } from "../logout/logout-once.js"
import { endProviderSessions, userIdOf } from "../logout/logout-sessions.js"
import { verifyLogoutToken } from "../logout/logout-token.js"
import { publishRefusal } from "../replies/publish-refusal.js"

/**
 * `POST /auth/backchannel-logout/:provider`: a provider signs a user out. Its server sends no cookie and no CSRF token;
 * the signed token is the proof. Responds 200, or 400 with the reason.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_UNKNOWN_PROVIDER` (404) for anything but an OpenID provider
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
    if (config.audit) {
      const findUser = () => userIdOf(id, claims.sub, config)
      await recordEvent({ config }, "session-revoked", { provider: id, reason: "provider", findUser })
    }
  } catch (error) {
    return toRefusal(context, id, error)
  }
  publish("session-ended", () => ({ cause: "provider", provider: id }))
  return new Response(null, { headers: { "cache-control": "no-store" } })
}

/** Responds to a failure. The sender learns what is wrong with its request; our own faults go to the log. */
function toRefusal(context: AuthContext, provider: string, error: unknown): Response {
  const { config } = context
  const { code, status } = error instanceof ExpressAuthError ? error : { code: undefined, status: 503 }
  publishRefusal(context, { provider, reason: "LogoutRefused", code, status })
  if (error instanceof ExpressAuthError && error.status < 500) {
    config.logger.debug("A logout token was refused", { provider, error: error.code })
    return toError("invalid_request", error.message)
  }
  const message = `Provider "${provider}" signed a user out, but the user's sessions here could not be ended.`
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
  return new ExpressAuthError("ERR_AUTH_UNKNOWN_PROVIDER", `Provider "${id}" is not an OpenID provider.`, {
    status: 404,
  })
}
