import type { JWT } from "@auth/core/jwt"
import { createLocalJWKSet, createRemoteJWKSet, customFetch, type JSONWebKeySet, jwtVerify } from "jose"
import { boundFetch } from "../../http/bound-fetch.js"

/** Options of {@link verifySession}. */
export interface VerifySessionOptions {
  /** The URL of `/auth/jwks.json`, whose keys are fetched and cached, or the key set itself. */
  jwks: string | URL | JSONWebKeySet
}

type KeySource = ReturnType<typeof createRemoteJWKSet> | ReturnType<typeof createLocalJWKSet>

const fetchKeys = boundFetch()

const remote = new Map<string, KeySource>()

/**
 * Verifies a `signed()` session in another service: signature, algorithm and times. Does not know about revocations:
 * keep `session.maxAge` short if that matters.
 *
 * @param token value of the session cookie, or of `Authorization: Bearer`
 * @returns the token's claims
 * @throws errors of `jose` (with a `code` such as `ERR_JWT_EXPIRED`) for an invalid token
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
  const keys = remote.get(href) ?? createRemoteJWKSet(new URL(href), { [customFetch]: fetchKeys })
  remote.set(href, keys)
  return keys
}
