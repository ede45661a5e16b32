import { LRUCache } from "lru-cache"
import type { KeptClaims } from "./kept-claims.js"

/** Decrypted tokens. Each is found only in the scope it was kept in: by those who have the same keys. */
export interface TokenCache {
  /** @returns the JSON text this very token was kept with. It may have expired since: the caller checks. */
  get(token: string, scope?: string): string | undefined
  /** @returns the everyday claims of this very token; as with `get`, the caller checks the times. */
  claims(token: string, scope?: string): KeptClaims | undefined
  set(token: string, plaintext: string, kept?: { claims?: KeptClaims | undefined; scope?: string }): void
  /** Bytes it takes, counted not to fall short. */
  readonly size: number
}

interface Entry {
  token: string
  plaintext: string
  claims: KeptClaims | undefined
  scope: string
}

/** Four megabytes hold about 4000 sessions of ordinary size. */
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024
/** Characters of an A256CBC-HS512 authentication tag. */
const TAG_LENGTH = 43
/** Measured: the entry, its links in the list and in the map, and the headers of three strings. */
const ENTRY_OVERHEAD = 320

/**
 * Creates a bounded cache of decrypted tokens, the least recently used going first.
 *
 * An entry is found by the token's authentication tag, which differs between any two tokens that one key made, and
 * confirmed by comparing the whole token: hashing all of it would cost more than the rest of a look-up. Only put in what
 * was decrypted and found authentic; a token that somebody altered is then never a hit. Neither expiry nor revocation is
 * known here, and the text is parsed by every reader anew, so that none sees another's changes; what everyday sessions
 * are made of is kept beside it in texts that nobody can change.
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

/** The claims are texts out of the plaintext, kept a second time. */
function sizeOf({ token, plaintext, claims }: Entry): number {
  const copies = claims ? 2 : 1
  return stringBytes(token) + copies * stringBytes(plaintext) + copies * ENTRY_OVERHEAD
}

/** V8 keeps a text in one byte per character only where every character allows it. */
function stringBytes(text: string): number {
  return Buffer.byteLength(text) === text.length ? text.length : 2 * text.length
}

/** A copy that stands alone: a slice of a request's `Cookie` header would keep the whole header alive. */
function detach(text: string): string {
  return Buffer.from(text).toString()
}
