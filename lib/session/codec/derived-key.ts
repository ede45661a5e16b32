import { createHash, createSecretKey, hkdfSync } from "node:crypto"
import { LRUCache } from "lru-cache"
import {
  type AssociatedData,
  type ContentKey,
  createCbcKey,
  createGcmKey,
  ENCRYPTION_LENGTHS,
  type Encryption,
  type SealingContentKey,
  toAssociatedData,
} from "./content-encryption.js"

/** A key derived from one secret and one salt, with the constant parts of its tokens. */
export interface DerivedKey<Content extends ContentKey = ContentKey> {
  /** The content encryption. */
  enc: Encryption
  /** JWK thumbprint (RFC 7638): the `kid` of its tokens. */
  kid: string
  /** The start of its tokens: the protected header and the empty encrypted key, `<header>..`. */
  prefix: string
  /** The same header as additional authenticated data. */
  aad: AssociatedData
  /** Encrypts and decrypts the content. */
  content: Content
}

/** The keys derived from a list of secrets and a salt. */
export interface KeyRing {
  /** The key of the newest secret; `undefined` without secrets. */
  newest: DerivedKey<SealingContentKey> | undefined
  /** The newest secret's first, A256CBC-HS512 before A256GCM. */
  keys: readonly DerivedKey[]
}

interface RecentKeyRing {
  secrets: readonly string[]
  salt: string
  ring: KeyRing
}

// A ring takes a few kilobytes; a process has one per encrypted cookie and list of secrets.
const keyRings = new LRUCache<string, KeyRing>({ max: 100 })
let recent: RecentKeyRing | undefined

/**
 * Returns the keys for these secrets and this salt, derived on first use. Keeps the last 100 rings, so memory stays
 * bounded in apps with many tenants, which derive some again (about 0.1 ms). Skips empty secrets.
 *
 * @param secrets newest first
 * @param salt name of the token's cookie: tokens of other cookies have other keys
 * @throws {RangeError} if the salt is longer than HKDF's `info` allows (about 990 bytes)
 */
export function getKeyRing(secrets: readonly string[], salt: string): KeyRing {
  if (recent && recent.salt === salt && isSameList(recent.secrets, secrets)) return recent.ring
  const id = JSON.stringify([salt, ...secrets])
  let ring = keyRings.get(id)
  if (!ring) {
    ring = deriveKeyRing(secrets, salt)
    keyRings.set(id, ring)
  }
  recent = { secrets: [...secrets], salt, ring }
  return ring
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}

function deriveKeyRing(secrets: readonly string[], salt: string): KeyRing {
  const usable = secrets.filter((secret) => secret !== "")
  const sealing = usable.map((secret) => deriveCbcKey(secret, salt))
  return { newest: sealing[0], keys: [...sealing, ...usable.map((secret) => lazyGcmKey(secret, salt))] }
}

function deriveCbcKey(secret: string, salt: string): DerivedKey<SealingContentKey> {
  const bytes = deriveBytes("A256CBC-HS512", secret, salt)
  // RFC 7518, section 5.2.2.1: the first half authenticates, the second encrypts.
  const content = createCbcKey(createSecretKey(bytes.subarray(0, 32)), createSecretKey(bytes.subarray(32)))
  return { ...describeKey("A256CBC-HS512", bytes, "sha512"), content }
}

/** Derives the key when it is first compared with a token, which hardly happens: Auth.js itself never writes A256GCM. */
function lazyGcmKey(secret: string, salt: string): DerivedKey {
  let derived: DerivedKey | undefined
  const key = () => {
    derived ??= deriveGcmKey(secret, salt)
    return derived
  }
  return {
    enc: "A256GCM",
    get kid() {
      return key().kid
    },
    get prefix() {
      return key().prefix
    },
    get aad() {
      return key().aad
    },
    get content() {
      return key().content
    },
  }
}

function deriveGcmKey(secret: string, salt: string): DerivedKey {
  const bytes = deriveBytes("A256GCM", secret, salt)
  return { ...describeKey("A256GCM", bytes, "sha256"), content: createGcmKey(createSecretKey(bytes)) }
}

/** HKDF (RFC 5869) with the `info` string of `@auth/core/jwt`. */
function deriveBytes(enc: Encryption, secret: string, salt: string): Buffer {
  const info = `Auth.js Generated Encryption Key (${salt})`
  return Buffer.from(hkdfSync("sha256", secret, salt, info, ENCRYPTION_LENGTHS[enc].key))
}

function describeKey(enc: Encryption, bytes: Buffer, hash: "sha256" | "sha512") {
  // RFC 7638, section 3: the required members, in lexicographic order, without white space.
  const jwk = JSON.stringify({ k: bytes.toString("base64url"), kty: "oct" })
  const kid = createHash(hash).update(jwk).digest("base64url")
  const header = Buffer.from(JSON.stringify({ alg: "dir", enc, kid })).toString("base64url")
  return { enc, kid, prefix: `${header}..`, aad: toAssociatedData(header) }
}
