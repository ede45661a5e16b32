import { ENCRYPTION_LENGTHS, type Encryption, type Sealed } from "./content-encryption.js"

/** The protected header of a token that we accept. */
export interface TokenHeader {
  /** The content encryption. */
  enc: Encryption
  /** Thumbprint of the key; absent in tokens of other issuers. */
  kid: string | undefined
}

// `zip` and `crit` change how the rest is read; replicated claims (RFC 7519, section 5.3) would have to be compared.
const REFUSED_PARAMETERS = ["zip", "crit", "iss", "sub", "aud"]

/**
 * Parses a protected header that differs from the ones we write.
 *
 * @param segment first segment of a compact JWE
 * @returns `undefined` unless it is `dir` with A256CBC-HS512 or A256GCM, without `zip` and `crit`
 */
export function parseTokenHeader(segment: string): TokenHeader | undefined {
  const bytes = Buffer.from(segment, "base64url")
  const header = bytes.toString("base64url") === segment ? parseJsonObject(bytes.toString()) : undefined
  if (header?.alg !== "dir" || REFUSED_PARAMETERS.some((name) => Object.hasOwn(header, name)))
    return undefined
  const { enc, kid } = header
  if (enc !== "A256CBC-HS512" && enc !== "A256GCM") return undefined
  return kid === undefined || typeof kid === "string" ? { enc, kid } : undefined
}

/**
 * Decodes the part after the header and the empty encrypted key: `<iv>.<ciphertext>.<tag>` (RFC 7516, section 7.1).
 *
 * @param start index of the initialization vector in `token`
 * @returns `undefined` unless every segment has its exact length and is canonical base64url
 */
export function parseSealed(token: string, start: number, enc: Encryption): Sealed | undefined {
  const lengths = ENCRYPTION_LENGTHS[enc]
  const ivEnd = start + toBase64urlLength(lengths.iv)
  const tagStart = token.length - toBase64urlLength(lengths.tag)
  if (tagStart <= ivEnd || token[ivEnd] !== "." || token[tagStart - 1] !== ".") return undefined
  const ciphertext = token.slice(ivEnd + 1, tagStart - 1)
  const body = Buffer.allocUnsafe(lengths.iv + Math.floor((ciphertext.length * 3) / 4))
  const tag = Buffer.allocUnsafe(lengths.tag)
  const isCanonical =
    writeBase64url(body, 0, lengths.iv, token.slice(start, ivEnd)) &&
    writeBase64url(body, lengths.iv, body.length, ciphertext) &&
    writeBase64url(tag, 0, tag.length, token.slice(tagStart))
  return isCanonical ? { body, tag } : undefined
}

/** Appends the binary parts to the prefix `<header>..`. */
export function serializeSealed(prefix: string, { body, tag }: Sealed, enc: Encryption): string {
  const { iv } = ENCRYPTION_LENGTHS[enc]
  const ciphertext = body.toString("base64url", iv)
  return `${prefix}${body.toString("base64url", 0, iv)}.${ciphertext}.${tag.toString("base64url")}`
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

/**
 * Node's decoder skips invalid characters, accepts those of base64 and ignores spare bits (RFC 4648, section 3.5), so
 * the result is encoded again and compared.
 */
function writeBase64url(bytes: Buffer, start: number, end: number, text: string): boolean {
  bytes.write(text, start, "base64url")
  return bytes.toString("base64url", start, end) === text
}

function toBase64urlLength(bytes: number): number {
  return Math.ceil((bytes * 8) / 6)
}
