import { createPrivateKey, createPublicKey, createSecretKey, KeyObject } from "node:crypto"
import { calculateJwkThumbprint, exportJWK, type JWK } from "jose"
import { ConfigError } from "../../errors.js"

/** Algorithms for signed session tokens (RFC 7518, section 3.1; RFC 8037). */
export type SigningAlgorithm = "HS512" | "RS256" | "PS256" | "ES256" | "EdDSA"

/** A key as PEM string, secret string, bytes, JWK or `KeyObject`. */
export type KeyMaterial = string | Uint8Array | JWK | KeyObject

/** A pair of keys to sign and verify with; the same key twice for HS512. */
export interface SigningKey {
  /** The private key or the shared secret. */
  readonly sign: KeyObject
  /** The public key or the shared secret. */
  readonly verify: KeyObject
  /** The key's thumbprint (RFC 7638), the `kid` of its tokens. */
  readonly kid: Promise<string>
}

const keyTypes: Record<SigningAlgorithm, string> = {
  HS512: "secret",
  RS256: "rsa",
  PS256: "rsa",
  ES256: "ec",
  EdDSA: "ed25519",
}

/**
 * Prepares a key for an algorithm and checks that it fits.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for a key that does not fit the algorithm
 */
export function toSigningKey(alg: SigningAlgorithm, key: KeyMaterial): SigningKey {
  if (!Object.hasOwn(keyTypes, alg))
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      `signed({ alg }) is ${JSON.stringify(alg)}; expected one of ${Object.keys(keyTypes).join(", ")}.`,
    )
  const sign = alg === "HS512" ? toSecretKey(key) : toPrivateKey(alg, key)
  const problem = problemOf(alg, sign)
  if (problem) throw unfit(alg, problem)
  const verify = alg === "HS512" ? sign : createPublicKey(sign)
  return { sign, verify, kid: exportJWK(verify).then((jwk) => calculateJwkThumbprint(jwk)) }
}

function problemOf(alg: SigningAlgorithm, key: KeyObject): string | undefined {
  const type = key.asymmetricKeyType ?? key.type
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  if (type !== keyTypes[alg]) return `its type is "${type}", expected "${keyTypes[alg]}"`
  if (type === "secret" && (key.symmetricKeySize ?? 0) < 64) return "it has fewer than 64 bytes"
  if (type === "rsa" && modulusLength < 2048) return `it has ${modulusLength} bits, expected at least 2048`
  if (type === "ec" && namedCurve !== "prime256v1") return "its curve is not P-256"
  return undefined
}

function toSecretKey(key: KeyMaterial | undefined): KeyObject {
  if (key instanceof KeyObject) return key
  const bytes = typeof key === "string" ? Buffer.from(key) : key instanceof Uint8Array ? key : secretOf(key)
  if (Buffer.from(bytes).includes("-----BEGIN"))
    throw unfit("HS512", "it is a key in PEM form, expected a shared secret")
  if (bytes.length === 0) throw unfit("HS512", "it has fewer than 64 bytes")
  return createSecretKey(bytes)
}

function secretOf(jwk: JWK | undefined): Uint8Array {
  return Buffer.from(jwk?.k ?? "", "base64url")
}

function toPrivateKey(alg: SigningAlgorithm, key: KeyMaterial): KeyObject {
  try {
    if (key instanceof KeyObject && key.type === "private") return key
    if (typeof key === "string" || key instanceof Uint8Array) return createPrivateKey(Buffer.from(key))
    return createPrivateKey({ key: { ...key }, format: "jwk" })
  } catch (cause) {
    throw unfit(alg, "it is not a private key in PEM or JWK form", cause)
  }
}

function unfit(alg: SigningAlgorithm, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `The key of signed({ alg: "${alg}" }) does not fit: ${reason}.`,
    { cause },
  )
}
