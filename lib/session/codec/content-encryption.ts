import { isUtf8 } from "node:buffer"
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  type Decipher,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto"

/** The content encryptions that `@auth/core/jwt` reads; it writes only the first (RFC 7518, section 5). */
export type Encryption = "A256CBC-HS512" | "A256GCM"

/** Byte lengths of each content encryption. */
export const ENCRYPTION_LENGTHS = {
  "A256CBC-HS512": { key: 64, iv: 16, tag: 32 },
  A256GCM: { key: 32, iv: 12, tag: 16 },
} as const satisfies Record<Encryption, { key: number; iv: number; tag: number }>

/** The additional authenticated data: the protected header as it appears in the token. */
export interface AssociatedData {
  /** The header's ASCII bytes. */
  bytes: Buffer
  /** AL of RFC 7518, section 5.2.2.1: the length in bits as a 64-bit big-endian integer. */
  bitLength: Buffer
}

/** The binary parts of a JWE. */
export interface Sealed {
  /** The initialization vector followed by the ciphertext. */
  body: Buffer
  /** The authentication tag. */
  tag: Buffer
}

/** A key for one content encryption. */
export interface ContentKey {
  /**
   * Decrypts and authenticates.
   *
   * @returns the plaintext, or `undefined` if the tag does not match or the content is not UTF-8
   */
  open(aad: AssociatedData, sealed: Sealed): string | undefined
}

/** A {@link ContentKey} that encrypts as well. */
export interface SealingContentKey extends ContentKey {
  /**
   * Encrypts.
   *
   * @param iv 16 random bytes, never used before
   */
  seal(aad: AssociatedData, plaintext: string, iv: Buffer): Sealed
}

const BLOCK = 16

/** Prepares an encoded protected header for encryption and decryption. */
export function toAssociatedData(header: string): AssociatedData {
  const bytes = Buffer.from(header, "latin1")
  const bitLength = Buffer.alloc(8)
  bitLength.writeBigUInt64BE(BigInt(bytes.length) * 8n)
  return { bytes, bitLength }
}

/**
 * Creates an A256CBC-HS512 key (RFC 7518, section 5.2.5). Tags are compared in constant time, and nothing is decrypted
 * before its tag matched.
 */
export function createCbcKey(macKey: KeyObject, encryptionKey: KeyObject): SealingContentKey {
  let decipher: Decipher | undefined
  return {
    seal(aad, plaintext, iv) {
      const cipher = createCipheriv("aes-256-cbc", encryptionKey, iv)
      const body = Buffer.concat([iv, cipher.update(plaintext, "utf8"), cipher.final()])
      return { body, tag: computeTag(macKey, aad, body) }
    },
    open(aad, { body, tag }) {
      if (body.length % BLOCK !== 0) return undefined
      if (!timingSafeEqual(tag, computeTag(macKey, aad, body))) return undefined
      decipher ??= createChainedDecipher(encryptionKey)
      return decodeUtf8(withoutPadding(decipher.update(body).subarray(BLOCK)))
    },
  }
}

/** Creates an A256GCM key for decryption (RFC 7518, section 5.3). */
export function createGcmKey(encryptionKey: KeyObject): ContentKey {
  const { iv, tag: authTagLength } = ENCRYPTION_LENGTHS.A256GCM
  return {
    open(aad, { body, tag }) {
      const options = { authTagLength }
      const decipher = createDecipheriv("aes-256-gcm", encryptionKey, body.subarray(0, iv), options)
      decipher.setAAD(aad.bytes).setAuthTag(tag)
      try {
        return decodeUtf8(Buffer.concat([decipher.update(body.subarray(iv)), decipher.final()]))
      } catch {
        return undefined
      }
    },
  }
}

/**
 * Creates a decipher that is reused for every message, because creating one per message costs more than the decryption.
 * Each message starts with its initialization vector. CBC carries over only the last ciphertext block, so the block
 * decrypted from the initialization vector is noise and discarded, and the ones after it are correct (as in RFC 4346,
 * section 6.2.3.2).
 */
function createChainedDecipher(key: KeyObject): Decipher {
  return createDecipheriv("aes-256-cbc", key, Buffer.alloc(BLOCK)).setAutoPadding(false)
}

/** RFC 7518, section 5.2.2.1, steps 5 and 6. */
function computeTag(macKey: KeyObject, { bytes, bitLength }: AssociatedData, body: Buffer): Buffer {
  const mac = createHmac("sha512", macKey).update(bytes).update(body).update(bitLength).digest()
  return mac.subarray(0, ENCRYPTION_LENGTHS["A256CBC-HS512"].tag)
}

/** Removes PKCS #7 padding (RFC 5652, section 6.3). Not a padding oracle: the content is authenticated first. */
function withoutPadding(padded: Buffer): Buffer | undefined {
  const count = padded[padded.length - 1] ?? 0
  const end = padded.length - count
  if (count < 1 || count > BLOCK) return undefined
  for (let i = end; i < padded.length; i++) if (padded[i] !== count) return undefined
  return padded.subarray(0, end)
}

function decodeUtf8(bytes: Buffer | undefined): string | undefined {
  return bytes && isUtf8(bytes) ? bytes.toString("utf8") : undefined
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
