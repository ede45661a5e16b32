import type { JWT, JWTDecodeParams, JWTEncodeParams } from "@auth/core/jwt"
import { jwtCodec } from "./session/codec/token-codec.js"

export * from "@auth/core/jwt"
export { type SignedOptions, signed } from "./session/codec/signed.js"
export { type VerifySessionOptions, verifySession } from "./session/codec/verify-session.js"

/**
 * Encrypts a token as `encode` of `@auth/core/jwt` does, some twenty times faster; each reads what the other wrote.
 *
 * @see https://authjs.dev/reference/core/jwt
 */
export async function encode<Payload = JWT>(params: JWTEncodeParams<Payload>): Promise<string> {
  return jwtCodec.encode(params as JWTEncodeParams)
}

/**
 * Decrypts a token as `decode` of `@auth/core/jwt` does, some fifty times faster.
 *
 * @returns the payload, or `null` where there is no token
 * @throws Error for a token that is expired, forged, or made with none of the secrets
 */
export async function decode<Payload = JWT>(params: JWTDecodeParams): Promise<Payload | null> {
  return jwtCodec.decode(params) as Payload | null
}
