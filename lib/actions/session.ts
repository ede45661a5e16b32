import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { requireCsrfToken, requireOwnPost } from "../http/csrf.js"
import { readBody } from "../http/read-body.js"
import { toFailure } from "../replies/failure.js"
import { logFailure } from "../replies/log-failure.js"
import { toJson } from "../replies/responses.js"
import { readSession, rereadSession } from "../session/get-session.js"
import type { ActiveSession } from "../session/to-session.js"

/**
 * Calls `callbacks.jwt` or `callbacks.session` with `data` and `trigger: "update"`, for one of the app's own handlers.
 * Logs a refused request, because the handler only gets `null`.
 *
 * @returns the updated session; its cookie is set on the response
 */
export async function updateSessionFromApp(
  context: AuthContext,
  data?: unknown,
): Promise<ActiveSession | null> {
  await requireOwnPost(context).catch((error) => {
    if (error instanceof ExpressAuthError && error.code === "ERR_AUTH_CSRF")
      logFailure(context.config, error, toFailure(error))
    throw error
  })
  return (await rereadSession(context.req, context.config, { trigger: "update", data })).session
}

/**
 * `GET /auth/session`: returns the session as JSON, `null` for an anonymous request.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503)
 */
export async function showSession({ req, config }: AuthContext): Promise<Response> {
  return toSessionJson((await readSession(req, config)).session, config)
}

/**
 * `POST /auth/session`: calls the callbacks with `data` and `trigger: "update"`, as Auth.js's `update()` does.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503)
 */
export async function postSession(context: AuthContext): Promise<Response> {
  const { req, config } = context
  const body = await readBody(req, config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  const { session } = await rereadSession(req, config, { trigger: "update", data: body.data })
  return toSessionJson(session, config)
}

/** Only this route needs JSON: pages may read a session that has none, such as one that contains itself. */
function toSessionJson(session: ActiveSession | null, { logger }: ResolvedConfig): Response {
  try {
    return toJson(session)
  } catch (cause) {
    const message =
      "The session cannot be sent as JSON. callbacks.session must return plain data, without BigInt and circular " +
      "references. See `cause`."
    const error = new ExpressAuthError("ERR_AUTH_SESSION", message, { status: 503, cause })
    logger.error(error)
    throw error
  }
}
