import type { AuthContext } from "../http/auth-context.js"
import { toTextResponse } from "../http/send-web-response.js"
import { isSigned } from "../session/codec/signed.js"

/** `GET /auth/jwks.json`: returns the public keys of `signed()` sessions (RFC 7517). Not found without them. */
export async function showJwks({ config }: AuthContext): Promise<Response | undefined> {
  if (!isSigned(config.jwt)) return
  const { keys } = await config.jwt.jwks()
  if (keys.length === 0) return
  const headers = { "content-type": "application/jwk-set+json", "cache-control": "public, max-age=300" }
  return toTextResponse(JSON.stringify({ keys }), { headers })
}
