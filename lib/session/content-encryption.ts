import { isUtf8 } from "node:buffer"
import { createCipheriv, createDecipheriv, createHmac, type KeyObject, timingSafeEqual } from "node:crypto"

/** The content encryptions `@auth/core/jwt` reads; it writes the first only (RFC 7518, section 5). */
export type Encryption = "A256CBC-HS512" | "A256GCM"

/** Byte lengths of one content encryption. */
export interface EncryptionLengths {
  key: number
  iv: number
  tag: number
}

export const ENCRYPTION_LENGTHS: Readonly<Record<Encryption, EncryptionLengths>> = {
  "A256CBC-HS512": { key: 64, iv: 16, tag: 32 },
  A256GCM: { key: 32, iv: 12, tag: 16 },
}

/** What a content encryption needs of a key. A256GCM authenticates with the key it encrypts with: no `macKey`. */
export interface ContentKey {
  enc: Encryption
  encryptionKey: KeyObject
  macKey?: KeyObject
}

/** What is authenticated but not encrypted: the protected header as it stands in the token. */
export interface AssociatedData {
  bytes: Buffer
  /** AL of RFC 7518, section 5.2.2.1: the length in bits as a 64-bit big-endian integer. */
  bitLength: Buffer
}

/** The three binary parts of a JWE. */
export interface Sealed {
  iv: Buffer
  ciphertext: Buffer
  tag: Buffer
}

const BLOCK = 16

/** Prepares the text of a protected header for {@link sealContent} and {@link openContent}. */
export function toAssociatedData(header: string): AssociatedData {
  const bytes = Buffer.from(header, "latin1")
  const bitLength = Buffer.alloc(8)
  bitLength.writeBigUInt64BE(BigInt(bytes.length) * 8n)
  return { bytes, bitLength }
}

/** Encrypts and authenticates a text with A256CBC-HS512 (RFC 7518, section 5.2.2.1). */
export function sealContent(
  key: { encryptionKey: KeyObject; macKey: KeyObject },
  aad: AssociatedData,
  plaintext: string,
  iv: Buffer,
): Sealed {
  const cipher = createCipheriv("aes-256-cbc", key.encryptionKey, iv)
  const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()])
  return { iv, ciphertext, tag: computeTag(key.macKey, aad, iv, ciphertext) }
}

/**
 * Authenticates, then decrypts. The tag is compared in constant time, and nothing is decrypted before it matched.
 *
 * @returns the text, or `undefined` where the tag does not match or the content is not UTF-8.
 */
export function openContent(key: ContentKey, aad: AssociatedData, sealed: Sealed): string | undefined {
  const plaintext = key.macKey
    ? openCbc(key.encryptionKey, key.macKey, aad, sealed)
    : openGcm(key, aad, sealed)
  return plaintext && isUtf8(plaintext) ? plaintext.toString("utf8") : undefined
}

function openCbc(encryptionKey: KeyObject, macKey: KeyObject, aad: AssociatedData, sealed: Sealed) {
  const { iv, ciphertext, tag } = sealed
  if (ciphertext.length === 0 || ciphertext.length % BLOCK !== 0) return undefined
  if (!timingSafeEqual(tag, computeTag(macKey, aad, iv, ciphertext))) return undefined
  // With padding left to us, one call returns every block: `final()` would hand back the last one separately.
  const padded = createDecipheriv("aes-256-cbc", encryptionKey, iv).setAutoPadding(false).update(ciphertext)
  return withoutPadding(padded)
}

function computeTag(macKey: KeyObject, { bytes, bitLength }: AssociatedData, iv: Buffer, ciphertext: Buffer) {
  const mac = createHmac("sha512", macKey)
    .update(bytes)
    .update(iv)
    .update(ciphertext)
    .update(bitLength)
    .digest()
  return mac.subarray(0, ENCRYPTION_LENGTHS["A256CBC-HS512"].tag)
}

/** PKCS #7 (RFC 5652, section 6.3). No oracle: only content we authenticated gets here. */
function withoutPadding(padded: Buffer): Buffer | undefined {
  const count = padded[padded.length - 1] ?? 0
  const end = padded.length - count
  if (count < 1 || count > BLOCK) return undefined
  for (let i = end; i < padded.length; i++) if (padded[i] !== count) return undefined
  return padded.subarray(0, end)
}

function openGcm({ encryptionKey }: ContentKey, aad: AssociatedData, { iv, ciphertext, tag }: Sealed) {
  const decipher = createDecipheriv("aes-256-gcm", encryptionKey, iv, { authTagLength: tag.length })
  decipher.setAAD(aad.bytes).setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch {
    return undefined
  }
}
