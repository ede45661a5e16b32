import { decodeJwt, type JWTPayload } from "jose"

/**
 * Decodes the claims of an id_token without verifying it.
 *
 * @returns `undefined` if the value is not a JWT
 */
export function claimsOfIdToken(idToken: unknown): JWTPayload | undefined {
  try {
    return typeof idToken === "string" ? decodeJwt(idToken) : undefined
  } catch {
    return undefined
  }
}
