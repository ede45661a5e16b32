import { LRUCache } from "lru-cache"
import type { KeptClaims } from "./kept-claims.js"

/**
 * A cache of decrypted tokens. A token is found only in the scope in which it was stored, i.e. by configurations with
 * the same keys.
 */
export interface TokenCache {
  /** Returns the plaintext of exactly this token. It may have expired since: the caller checks. */
  get(token: string, scope?: string): string | undefined
  /** Returns the cached claims of exactly this token. It may have expired since: the caller checks. */
  claims(token: string, scope?: string): KeptClaims | undefined
  /** Stores a token that was decrypted and authenticated. */
  set(token: string, plaintext: string, kept?: { claims?: KeptClaims | undefined; scope?: string }): void
  /** Estimated bytes in use, rounded up. */
  readonly size: number
}

interface Entry {
  token: string
  plaintext: string
  claims: KeptClaims | undefined
  scope: string
}

/** 4 MB hold about 4000 sessions of ordinary size. */
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024
/** Characters of an A256CBC-HS512 authentication tag. */
const TAG_LENGTH = 43
/** Measured bytes: the entry, its links in the list and the map, and the headers of three strings. */
const ENTRY_OVERHEAD = 320

/**
 * Creates a bounded cache of decrypted tokens that evicts the least recently used.
 *
 * An entry is keyed by the token's authentication tag, which differs between any two tokens of one key, and confirmed
 * by comparing the whole token: hashing the token would cost more than the rest of the lookup. Store only tokens that
 * were decrypted and authenticated; an altered token is then never a hit. The cache checks neither expiry nor
 * revocation. Each reader parses the plaintext anew, so that none sees another's changes; the cached claims are
 * immutable.
 *
 * @param maxBytes most bytes to keep. @default 4194304
 */
export function createTokenCache(maxBytes: number = DEFAULT_MAX_BYTES): TokenCache {
  const entries = new LRUCache<string, Entry>({ maxSize: maxBytes, sizeCalculation: sizeOf })
  const find = (token: string, scope: string): Entry | undefined => {
    const entry = entries.get(token.slice(-TAG_LENGTH))
    return entry?.token === token && entry.scope === scope ? entry : undefined
  }
  return {
    get: (token, scope = "") => find(token, scope)?.plaintext,
    claims: (token, scope = "") => find(token, scope)?.claims,
    set(token, plaintext, { claims, scope = "" } = {}) {
      const entry = { token: detach(token), plaintext: detach(plaintext), claims, scope }
      entries.set(entry.token.slice(-TAG_LENGTH), entry)
    },
    get size() {
      return entries.calculatedSize
    },
  }
}

/** The claims hold copies of strings in the plaintext. */
function sizeOf({ token, plaintext, claims }: Entry): number {
  const copies = claims ? 2 : 1
  return stringBytes(token) + copies * stringBytes(plaintext) + copies * ENTRY_OVERHEAD
}

/** V8 stores a string with one byte per character only if every character allows it. */
function stringBytes(value: string): number {
  return Buffer.byteLength(value) === value.length ? value.length : 2 * value.length
}

/** Copies a string: a slice would keep the request's whole `Cookie` header in memory. */
function detach(value: string): string {
  return Buffer.from(value).toString()
}
