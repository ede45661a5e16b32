// The JWE codec is ours rather than jose's or core's: those decrypt through WebCrypto, which takes about 600 µs per
// token; node:crypto with cached keys takes about 12.
import { randomBytes, randomUUID } from "node:crypto"
import type { JWT, JWTDecodeParams, JWTEncodeParams } from "@auth/core/jwt"
import { ConfigError, ExpressAuthError } from "../../errors.js"
import {
  ENCRYPTION_LENGTHS,
  type Encryption,
  parseSealed,
  serializeSealed,
  toAssociatedData,
} from "./content-encryption.js"
import { type DerivedKey, getKeyRing, type KeyRing } from "./derived-key.js"

/**
 * The result of decoding a token. `unknown-key` may belong to another deployment, so its cookie must not be cleared.
 */
export type DecodedToken =
  | {
      /** The token is authentic and has not expired. */
      status: "valid"
      /** Its claims. */
      payload: JWT
      /** The claims as JSON, exactly as they were sealed. */
      plaintext: string
    }
  | {
      /** Why the token is refused. */
      status: "unknown-key" | "expired" | "invalid"
    }

/** The protected header of a token that we accept. */
interface TokenHeader {
  /** The content encryption. */
  enc: Encryption
  /** Thumbprint of the key; absent in tokens of other issuers. */
  kid: string | undefined
}

interface KeyOptions {
  /** Every accepted secret, newest first; the newest encrypts. */
  secrets: readonly string[]
  /** Name of the token's cookie. Tokens of other cookies do not decrypt. */
  salt: string
}

interface EncodeTokenOptions extends KeyOptions {
  /**
   * Lifetime in seconds.
   *
   * @default 2592000 (30 days)
   */
  maxAge?: number
}

/** Longest token that is read or written, in characters: 25 cookies of 3936. */
export const MAX_TOKEN_LENGTH = 98_400

// `zip` and `crit` change how the rest is read; replicated claims (RFC 7519, section 5.3) would have to be compared.
const REFUSED_PARAMETERS = ["zip", "crit", "iss", "sub", "aud"]
const DEFAULT_MAX_AGE = 30 * 24 * 60 * 60
const CLOCK_TOLERANCE = 15
const INVALID: DecodedToken = Object.freeze({ status: "invalid" })
const EXPIRED: DecodedToken = Object.freeze({ status: "expired" })
const UNKNOWN_KEY: DecodedToken = Object.freeze({ status: "unknown-key" })

/**
 * Encrypts a payload as `@auth/core/jwt` does: a compact JWE (RFC 7516), `dir` with A256CBC-HS512 (RFC 7518), the key
 * derived from the newest secret and identified by its thumbprint (RFC 7638).
 *
 * Sets `iat`, `exp` and `jti`, overriding those of the payload.
 *
 * @returns a token that core's `decode` reads with the same secret and salt
 * @throws {ConfigError} `ERR_AUTH_MISSING_SECRET` without a secret
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` if the token is longer than {@link MAX_TOKEN_LENGTH}
 * @throws {TypeError} if the payload cannot be serialised as JSON, or `maxAge` is not a finite number
 */
export function encodeToken(payload: JWT | Record<string, unknown>, options: EncodeTokenOptions): string {
  const { secrets, salt, maxAge = DEFAULT_MAX_AGE } = options
  const iat = now()
  const key = getKeyRing(secrets, salt).newest
  if (!key)
    throw new ConfigError("ERR_AUTH_MISSING_SECRET", "There is no secret to encrypt with. Set AUTH_SECRET.")
  if (!Number.isFinite(maxAge))
    throw new TypeError(`\`maxAge\` is ${String(maxAge)}; expected a number of seconds.`)
  const plaintext = JSON.stringify({ ...payload, iat, exp: iat + maxAge, jti: randomUUID() })
  const iv = randomBytes(ENCRYPTION_LENGTHS[key.enc].iv)
  const token = serializeSealed(key.prefix, key.content.seal(key.aad, plaintext, iv), key.enc)
  if (token.length > MAX_TOKEN_LENGTH) throw tooLong(token.length)
  return token
}

/**
 * Decrypts a token of {@link encodeToken} or core's `encode` with any listed secret, and checks its times with a
 * tolerance of 15 seconds. Reads A256GCM too.
 *
 * Never throws and is never slow, whatever the token: its length and form are checked first, and keys are cached. Any
 * change to a token, down to an unused bit of its base64url, makes it `invalid`.
 *
 * - `valid`: authentic and current. `payload` belongs to the caller, `plaintext` is the exact JSON.
 * - `expired`: authentic, but past its `exp`.
 * - `unknown-key`: encrypted with a secret that is not listed, or for another salt.
 * - `invalid`: anything else.
 */
export function decodeToken(token: string, { secrets, salt }: KeyOptions): DecodedToken {
  if (typeof token !== "string" || token.length > MAX_TOKEN_LENGTH) return INVALID
  const ring = getKeyRing(secrets, salt)
  for (const key of ring.keys) {
    if (token.startsWith(key.prefix)) return openToken(token, key.prefix.length, key)
  }
  return decodeForeignToken(token, ring)
}

/**
 * Parses the plaintext of a token that was decoded earlier and checks its times, as {@link decodeToken} does after
 * decrypting.
 */
export function readClaims(plaintext: string): DecodedToken {
  const payload: JWT | undefined = parseJsonObject(plaintext)
  if (!payload || !isNumericDate(payload.iat) || !isNumericDate(payload.nbf) || !isNumericDate(payload.exp)) {
    return INVALID
  }
  const time = now()
  if (payload.nbf !== undefined && payload.nbf > time + CLOCK_TOLERANCE) return INVALID
  if (payload.exp !== undefined && payload.exp <= time - CLOCK_TOLERANCE) return EXPIRED
  return { status: "valid", payload, plaintext }
}

/**
 * {@link encodeToken} and {@link decodeToken} as `encode` and `decode` of `@auth/core`'s `jwt` option. As in core,
 * `decode` returns `null` without a token and throws if the token is not valid.
 */
export const jwtCodec = {
  encode({ token = {}, secret, salt, maxAge = DEFAULT_MAX_AGE }: JWTEncodeParams): string {
    return encodeToken(token, { secrets: toList(secret), salt, maxAge })
  },
  decode({ token, secret, salt }: JWTDecodeParams): JWT | null {
    if (!token) return null
    const decoded = decodeToken(token, { secrets: toList(secret), salt })
    if (decoded.status === "valid") return decoded.payload
    throw new Error(`Could not decode the token: ${decoded.status}.`)
  },
}

/** Decodes a token whose header differs from those we write: another key, another order of members, or no `kid`. */
function decodeForeignToken(token: string, { keys }: KeyRing): DecodedToken {
  const headerEnd = token.indexOf(".")
  const header =
    headerEnd > 0 && token[headerEnd + 1] === "." ? parseTokenHeader(token.slice(0, headerEnd)) : undefined
  if (!header || !parseSealed(token, headerEnd + 2, header.enc)) return INVALID
  const candidates = keys.filter(({ enc, kid }) => enc === header.enc && (header.kid ?? kid) === kid)
  if (candidates.length === 0) return UNKNOWN_KEY
  const aad = toAssociatedData(token.slice(0, headerEnd))
  for (const key of candidates) {
    const decoded = openToken(token, headerEnd + 2, { ...key, aad })
    if (decoded !== INVALID) return decoded
  }
  return INVALID
}

/**
 * Parses a protected header that differs from the ones we write.
 *
 * @param segment first segment of a compact JWE
 * @returns `undefined` unless it is `dir` with A256CBC-HS512 or A256GCM, without `zip` and `crit`
 */
function parseTokenHeader(segment: string): TokenHeader | undefined {
  const bytes = Buffer.from(segment, "base64url")
  const header = bytes.toString("base64url") === segment ? parseJsonObject(bytes.toString()) : undefined
  if (header?.alg !== "dir" || REFUSED_PARAMETERS.some((name) => Object.hasOwn(header, name)))
    return undefined
  const { enc, kid } = header
  if (enc !== "A256CBC-HS512" && enc !== "A256GCM") return undefined
  return kid === undefined || typeof kid === "string" ? { enc, kid } : undefined
}

function openToken(token: string, start: number, key: DerivedKey): DecodedToken {
  const sealed = parseSealed(token, start, key.enc)
  const plaintext = sealed && key.content.open(key.aad, sealed)
  return plaintext === undefined ? INVALID : readClaims(plaintext)
}

/** Parses a JSON object; returns `undefined` for anything else, arrays and `null` included. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isNumericDate(value: unknown): value is number | undefined {
  return value === undefined || typeof value === "number"
}

function tooLong(length: number): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_SESSION",
    `The encrypted token has ${length} characters; expected at most ${MAX_TOKEN_LENGTH}. Keep less in it.`,
  )
}

function toList(secret: string | readonly string[]): readonly string[] {
  return typeof secret === "string" ? [secret] : secret
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
