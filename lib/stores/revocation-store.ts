import type { Release } from "./lock-store.js"

/** A value, or the promise of one. */
type Awaitable<Value> = Value | Promise<Value>

/** A session as a store that keeps them knows it. */
export interface SessionRecord {
  /** The session's `sid`, the same from sign-in to sign-out. */
  readonly id: string
  readonly userId: string
  readonly createdAt: Date
  readonly lastUsedAt: Date
  /** When it ends by itself if it is not used again. */
  readonly expires: Date
  readonly userAgent?: string
  /** The address it was last used from, as Express's `trust proxy` sees it. */
  readonly address?: string
  /** The session at an OpenID provider it was begun in, `<provider>:<sid>`. */
  readonly providerSession?: string
}

/**
 * Remembers which sessions were ended before their time. Without a database that is what makes sign-out final: a token
 * in a cookie is valid by itself until it expires.
 *
 * Keys are `sid:<session>`, `sub:<user>` and `idp:<provider>:<sid>`; and `jti:<provider>:<jti>` for logout tokens that
 * were used; and `challenge:<hash>` for passkeys' challenges that were answered.
 *
 * Implementations have to be atomic in each method and may answer at once or by a promise. What one process revokes
 * every other has to see within 5 seconds.
 */
export interface RevocationStore {
  /**
   * Ends every session under any of these keys that was begun up to now.
   *
   * @param until from then on all of them have expired by themselves, and the entry can be forgotten
   */
  revoke(keys: readonly string[], until: Date): Awaitable<void>
  /**
   * Whether one of these keys was revoked at or after the moment the session began; of `sid:` keys, whether they were revoked
   * at all, since clocks differ.
   */
  isRevoked(keys: readonly string[], begunAt: Date): Awaitable<boolean>
  /**
   * Claims a key, unless it was claimed or revoked before: of several processes at once, one succeeds. Optional, and not
   * called where there is a lock store; without it two processes can use the same answer at the same moment.
   *
   * @param until from then on nothing takes what the key stands for, and the entry can be forgotten
   * @returns what gives the key back; `undefined` where it was claimed before
   */
  claim?(key: string, until: Date): Awaitable<Release | undefined>
  /** Keeps a session, or its newer state, for `list`. Optional. */
  remember?(session: SessionRecord): Awaitable<void>
  /** The live sessions of a user, the latest used first. Optional, with `remember`. */
  list?(userId: string): Awaitable<readonly SessionRecord[]>
}
