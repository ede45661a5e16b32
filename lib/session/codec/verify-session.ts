import type { JWT } from "@auth/core/jwt"
import { createLocalJWKSet, createRemoteJWKSet, customFetch, type JSONWebKeySet, jwtVerify } from "jose"
import { boundFetch } from "../../http/bound-fetch.js"

export interface VerifySessionOptions {
  /** The address of `/auth/jwks.json`, whose keys are fetched and kept, or the key set itself. */
  jwks: string | URL | JSONWebKeySet
}

type KeySource = ReturnType<typeof createRemoteJWKSet> | ReturnType<typeof createLocalJWKSet>

const ask = boundFetch((input, init) => fetch(input, init))

const remote = new Map<string, KeySource>()

/**
 * Verifies a `signed()` session in another service: signature, algorithm and times. It knows nothing of revocation:
 * keep `session.maxAge` short where that matters.
 *
 * @param token value of the session cookie, or of `Authorization: Bearer`
 * @returns the claims of the token
 * @throws errors of `jose` (`code` such as `ERR_JWT_EXPIRED`) for a token that does not count
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 * @example
 * const { sub, email } = await verifySession(token, { jwks: "https://example.com/auth/jwks.json" })
 */
export async function verifySession(token: string, { jwks }: VerifySessionOptions): Promise<JWT> {
  const { payload } = await jwtVerify(token, keysFrom(jwks), {
    algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
    clockTolerance: 15,
    requiredClaims: ["exp", "sid"],
  })
  return payload
}

function keysFrom(jwks: VerifySessionOptions["jwks"]): KeySource {
  if (typeof jwks !== "string" && !(jwks instanceof URL)) return createLocalJWKSet(jwks)
  const { href } = new URL(jwks)
  const keys = remote.get(href) ?? createRemoteJWKSet(new URL(href), { [customFetch]: ask })
  remote.set(href, keys)
  return keys
}
