import type { AuthContext } from "../http/auth-context.js"
import { requireCsrfToken, requireOwnPost } from "../http/csrf.js"
import { readBody } from "../http/read-body.js"
import { toJson } from "../replies/responses.js"
import { readSession, rereadSession } from "../session/get-session.js"
import type { ActiveSession } from "../session/to-session.js"

/**
 * Hands `data` to `callbacks.jwt` or `callbacks.session` with `trigger: "update"`, from a handler of the app's own.
 *
 * @returns the session as it is now; its new cookie is on the response
 */
export async function updateSessionFromApp(
  context: AuthContext,
  data?: unknown,
): Promise<ActiveSession | null> {
  await requireOwnPost(context)
  return (await rereadSession(context.req, context.config, { trigger: "update", data })).session
}

/** `GET /auth/session`: the session as JSON, `null` for an anonymous request. */
export async function showSession({ req, config }: AuthContext): Promise<Response> {
  return toJson((await readSession(req, config)).session)
}

/** `POST /auth/session`: hands `data` to the callbacks with `trigger: "update"`, as Auth.js's `update()` does. */
export async function postSession(context: AuthContext): Promise<Response> {
  const { req, config } = context
  const body = await readBody(req, config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  return toJson((await rereadSession(req, config, { trigger: "update", data: body.data })).session)
}
