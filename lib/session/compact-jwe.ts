import { ENCRYPTION_LENGTHS, type Encryption, type Sealed } from "./content-encryption.js"

/** The protected header of a token we may read. */
export interface TokenHeader {
  enc: Encryption
  kid: string | undefined
}

// zip and crit change how the rest is read; replicated claims (RFC 7519, section 5.3) would have to be compared.
const REFUSED_PARAMETERS = ["zip", "crit", "iss", "sub", "aud"]

/**
 * Reads a protected header that is not one of our own making, byte for byte.
 *
 * @param segment first segment of a compact JWE.
 * @returns `undefined` unless it is `dir` with A256CBC-HS512 or A256GCM, without `zip` and `crit`.
 */
export function parseTokenHeader(segment: string): TokenHeader | undefined {
  const text = fromBase64url(segment)?.toString("utf8")
  const header = text === undefined ? undefined : parseJsonObject(text)
  if (header?.alg !== "dir" || REFUSED_PARAMETERS.some((name) => Object.hasOwn(header, name)))
    return undefined
  const { enc, kid } = header
  if (enc !== "A256CBC-HS512" && enc !== "A256GCM") return undefined
  return kid === undefined || typeof kid === "string" ? { enc, kid } : undefined
}

/**
 * Decodes what follows the header and the empty encrypted key: `<iv>.<ciphertext>.<tag>` (RFC 7516, section 7.1).
 *
 * @param start index of the initialization vector in `token`.
 * @returns `undefined` unless every segment has its exact length and is canonical base64url.
 */
export function parseSealed(token: string, start: number, enc: Encryption): Sealed | undefined {
  const lengths = ENCRYPTION_LENGTHS[enc]
  const ivEnd = start + toTextLength(lengths.iv)
  const tagStart = token.length - toTextLength(lengths.tag)
  if (tagStart <= ivEnd || token[ivEnd] !== "." || token[tagStart - 1] !== ".") return undefined
  const iv = fromBase64url(token.slice(start, ivEnd))
  const ciphertext = fromBase64url(token.slice(ivEnd + 1, tagStart - 1))
  const tag = fromBase64url(token.slice(tagStart))
  return iv && ciphertext && tag && { iv, ciphertext, tag }
}

/** Joins the binary parts to the header's `<header>..`. */
export function serializeSealed(prefix: string, { iv, ciphertext, tag }: Sealed): string {
  return `${prefix}${iv.toString("base64url")}.${ciphertext.toString("base64url")}.${tag.toString("base64url")}`
}

/** Parses JSON text that must be an object (not an array, not `null`). */
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

/** Node skips foreign characters and spare bits; encoding again shows whether there were any (RFC 4648, section 3.5). */
function fromBase64url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64url")
  return bytes.toString("base64url") === text ? bytes : undefined
}

function toTextLength(bytes: number): number {
  return Math.ceil((bytes * 8) / 6)
}
