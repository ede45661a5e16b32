import { isUtf8 } from "node:buffer"
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  type Decipher,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto"

/** The content encryptions `@auth/core/jwt` reads; it writes the first only (RFC 7518, section 5). */
export type Encryption = "A256CBC-HS512" | "A256GCM"

/** Byte lengths of each content encryption. */
export const ENCRYPTION_LENGTHS = {
  "A256CBC-HS512": { key: 64, iv: 16, tag: 32 },
  A256GCM: { key: 32, iv: 12, tag: 16 },
} as const satisfies Record<Encryption, { key: number; iv: number; tag: number }>

/** What is authenticated but not encrypted: the protected header as it stands in the token. */
export interface AssociatedData {
  bytes: Buffer
  /** AL of RFC 7518, section 5.2.2.1: the length in bits as a 64-bit big-endian integer. */
  bitLength: Buffer
}

/** The binary parts of a JWE. */
export interface Sealed {
  /** The initialization vector and, right behind it, the ciphertext. */
  body: Buffer
  tag: Buffer
}

/** One key of one content encryption. */
export interface ContentKey {
  /** @returns the text, or `undefined` where the tag does not match or the content is not UTF-8. */
  open(aad: AssociatedData, sealed: Sealed): string | undefined
}

/** A {@link ContentKey} that encrypts as well. */
export interface SealingContentKey extends ContentKey {
  /** @param iv 16 random bytes, never used before. */
  seal(aad: AssociatedData, plaintext: string, iv: Buffer): Sealed
}

const BLOCK = 16

/** Prepares the text of a protected header for sealing and opening. */
export function toAssociatedData(header: string): AssociatedData {
  const bytes = Buffer.from(header, "latin1")
  const bitLength = Buffer.alloc(8)
  bitLength.writeBigUInt64BE(BigInt(bytes.length) * 8n)
  return { bytes, bitLength }
}

/**
 * A256CBC-HS512 (RFC 7518, section 5.2.5). The tag is compared in constant time, and nothing is decrypted before it
 * matched.
 */
export function createCbcKey(macKey: KeyObject, encryptionKey: KeyObject): SealingContentKey {
  const decipher = createChainedDecipher(encryptionKey)
  return {
    seal(aad, plaintext, iv) {
      const cipher = createCipheriv("aes-256-cbc", encryptionKey, iv)
      const body = Buffer.concat([iv, cipher.update(plaintext, "utf8"), cipher.final()])
      return { body, tag: computeTag(macKey, aad, body) }
    },
    open(aad, { body, tag }) {
      if (body.length % BLOCK !== 0) return undefined
      if (!timingSafeEqual(tag, computeTag(macKey, aad, body))) return undefined
      return toText(withoutPadding(decipher.update(body).subarray(BLOCK)))
    },
  }
}

/** A256GCM (RFC 7518, section 5.3). */
export function createGcmKey(encryptionKey: KeyObject): ContentKey {
  const { iv, tag: authTagLength } = ENCRYPTION_LENGTHS.A256GCM
  return {
    open(aad, { body, tag }) {
      const options = { authTagLength }
      const decipher = createDecipheriv("aes-256-gcm", encryptionKey, body.subarray(0, iv), options)
      decipher.setAAD(aad.bytes).setAuthTag(tag)
      try {
        return toText(Buffer.concat([decipher.update(body.subarray(iv)), decipher.final()]))
      } catch {
        return undefined
      }
    },
  }
}

/**
 * A decipher for any number of messages, each with its initialization vector in front: making one per message costs
 * more than the decryption. All that CBC carries on is the last block of ciphertext, so the block decrypted from the
 * initialization vector is noise, to be thrown away, and those behind it are right (as in RFC 4346, section 6.2.3.2).
 */
function createChainedDecipher(key: KeyObject): Decipher {
  return createDecipheriv("aes-256-cbc", key, Buffer.alloc(BLOCK)).setAutoPadding(false)
}

/** RFC 7518, section 5.2.2.1, step 5 and 6. */
function computeTag(macKey: KeyObject, { bytes, bitLength }: AssociatedData, body: Buffer): Buffer {
  const mac = createHmac("sha512", macKey).update(bytes).update(body).update(bitLength).digest()
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

function toText(bytes: Buffer | undefined): string | undefined {
  return bytes && isUtf8(bytes) ? bytes.toString("utf8") : undefined
}
