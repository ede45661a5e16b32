import { randomUUID } from "node:crypto"
import type { JWT, JWTOptions } from "@auth/core/jwt"
import { decodeProtectedHeader, errors, exportJWK, type JWK, jwtVerify, SignJWT } from "jose"
import { ConfigError } from "../../errors.js"
import { type KeyMaterial, type SigningAlgorithm, type SigningKey, toSigningKey } from "./signing-key.js"
import type { DecodedToken } from "./token-codec.js"

/** Options of {@link signed}. */
export interface SignedOptions {
  /** The JWS algorithm (RFC 7518, section 3.1; RFC 8037). */
  alg: SigningAlgorithm
  /**
   * A private key as PEM string, JWK or `KeyObject`; for HS512 a shared secret of at least 64 bytes (string, bytes, JWK
   * or `KeyObject`).
   */
  key: KeyMaterial
  /**
   * Former keys whose tokens are still accepted. Keep each until the sessions that it signed have ended. @default []
   */
  previous?: readonly KeyMaterial[]
}

/** The `jwt` option for signed sessions, created by {@link signed}. */
export interface SignedJwt extends Pick<JWTOptions, "encode" | "decode"> {
  /** Used by the session reader. @internal */
  readonly codec: {
    /** Signs a token that is valid for `maxAge` seconds. */
    seal(token: JWT, maxAge: number): Promise<string>
    /** Verifies a token. */
    open(sealed: string): Promise<DecodedToken>
  }
  /** Returns the public keys as a JWK Set (RFC 7517); empty for HS512. */
  jwks(): Promise<{ keys: JWK[] }>
}

/**
 * Signs session tokens (JWS, RFC 7515) instead of encrypting them, so that other services can verify them: with an
 * asymmetric key and `GET /auth/jwks.json`, or with a shared secret.
 *
 * The content of signed tokens is readable by anyone who has the cookie: keep anything out of them that the user must
 * not see.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for a key that does not fit the algorithm
 * @example
 * const auth = ExpressAuth({ providers: [GitHub], jwt: signed({ alg: "EdDSA", key: process.env.SESSION_KEY }) })
 */
export function signed({ alg, key, previous = [] }: SignedOptions): SignedJwt {
  const keys = [key, ...previous].map((each) => toSigningKey(alg, each))
  const codec: SignedJwt["codec"] = {
    seal: (token, maxAge) => sign(alg, keys, token, maxAge),
    open: (sealed) => verify(alg, keys, sealed),
  }
  return {
    codec,
    encode: ({ token = {}, maxAge = 30 * 24 * 60 * 60 }) => codec.seal(token, maxAge),
    decode: async ({ token = "" }) => {
      const decoded = await codec.open(token)
      return decoded.status === "valid" ? decoded.payload : null
    },
    jwks: async () => ({
      keys: alg === "HS512" ? [] : await Promise.all(keys.map((each) => toPublicJwk(alg, each))),
    }),
  }
}

/** Whether the `jwt` option was created by {@link signed}. */
export function isSigned(jwt: Partial<JWTOptions>): jwt is SignedJwt {
  return "codec" in jwt && typeof jwt.codec === "object"
}

async function sign(
  alg: SigningAlgorithm,
  [newest]: SigningKey[],
  token: JWT,
  maxAge: number,
): Promise<string> {
  if (!newest)
    throw new ConfigError("ERR_AUTH_INVALID_OPTION", "signed() has no key; expected `key` to sign with.")
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ ...token, iat: now, exp: now + maxAge, jti: randomUUID() })
    .setProtectedHeader({ alg, typ: "JWT", kid: await newest.kid })
    .sign(newest.sign)
}

async function verify(alg: SigningAlgorithm, keys: SigningKey[], sealed: string): Promise<DecodedToken> {
  try {
    const key = await findKey(keys, decodeProtectedHeader(sealed).kid)
    if (!key) return { status: "unknown-key" }
    const { payload } = await jwtVerify(sealed, key.verify, {
      algorithms: [alg],
      clockTolerance: 15,
      requiredClaims: ["exp", "sid"],
    })
    return { status: "valid", payload, plaintext: JSON.stringify(payload) }
  } catch (error) {
    return { status: error instanceof errors.JWTExpired ? "expired" : "invalid" }
  }
}

async function findKey(keys: SigningKey[], kid: string | undefined): Promise<SigningKey | undefined> {
  for (const key of keys) if ((await key.kid) === kid) return key
  return undefined
}

async function toPublicJwk(alg: SigningAlgorithm, { verify, kid }: SigningKey): Promise<JWK> {
  return { ...(await exportJWK(verify)), alg, use: "sig", kid: await kid }
}
