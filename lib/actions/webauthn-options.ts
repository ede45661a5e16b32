import { providerId, type ResolvedProvider } from "../config/resolve-providers.js"
import { callCore } from "../core/call-core.js"
import type { AuthContext } from "../http/auth-context.js"
import { readSessionCookie } from "../session/session-cookie.js"
import { paramsOf } from "./destination.js"
import { toJson } from "./reply.js"

/** `GET /auth/webauthn-options/:provider`: the challenge for a passkey, and the cookie that remembers it. */
export async function getWebAuthnOptions(
  context: AuthContext,
  provider: ResolvedProvider,
): Promise<Response> {
  const { req, cookies, origin } = context
  const session = readSessionCookie(req, cookies.sessionToken)
  const result = await callCore(context, {
    action: "webauthn-options",
    method: "GET",
    provider: providerId(provider),
    destination: `${origin}/`,
    query: paramsOf(context),
    ...(session && { cookies: { [cookies.sessionToken.name]: session } }),
  })
  return toJson(
    result.body,
    result.cookies.filter(({ name }) => name === cookies.webauthnChallenge.name),
  )
}
