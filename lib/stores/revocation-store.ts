import type { Release } from "./lock-store.js"

/** A value, or a promise of it. */
type Awaitable<Value> = Value | Promise<Value>

/** A session, as a store that lists sessions keeps it. */
export interface SessionRecord {
  /** The session's `sid`, which stays the same from sign-in to sign-out. */
  readonly id: string
  /** The user's id. */
  readonly userId: string
  /** When the user signed in. */
  readonly createdAt: Date
  /** When the session was created or last renewed. */
  readonly lastUsedAt: Date
  /** When the session expires unless it is used again. */
  readonly expires: Date
  /** The browser's `User-Agent` header. */
  readonly userAgent?: string
  /** The address the session was last used from, as Express's `trust proxy` determines it. */
  readonly address?: string
  /** The session at the OpenID provider, as `<provider>:<sid>`. */
  readonly providerSession?: string
}

/**
 * Stores which sessions were ended before they expired. Without a database this makes sign-out effective: a token in a
 * cookie is otherwise valid until it expires.
 *
 * Keys are `sid:<session>`, `sub:<user>` and `idp:<provider>:<sid>` for sessions, `jti:<provider>:<jti>` for logout
 * tokens that were used, and `challenge:<hash>` for values that were used once, such as passkey challenges.
 *
 * Each method must be atomic and may return a value or a promise. Every process must see a revocation within 5 seconds.
 */
export interface RevocationStore {
  /**
   * Ends all sessions with one of these keys that started up to `at`. A key that was revoked before keeps the later of
   * both times.
   *
   * @param until when all of these sessions have expired, so that the entry can be deleted
   * @param at when they were revoked: earlier than now if the store was unreachable at that time. A store that ignores
   * it also ends sessions that started between `at` and now. Defaults to now.
   */
  revoke(keys: readonly string[], until: Date, at?: Date): Awaitable<void>
  /**
   * Whether one of these keys was revoked at or after `startedAt`, when the session started. A `sid:` key counts as
   * revoked regardless of `startedAt`, because clocks differ between processes.
   */
  isRevoked(keys: readonly string[], startedAt: Date): Awaitable<boolean>
  /**
   * Claims a key that was neither claimed nor revoked before. Of several concurrent calls, exactly one succeeds.
   * Optional, and not called when there is a lock store. With neither, two processes can accept the same single-use
   * value at the same moment.
   *
   * @param until when the single-use value has expired, so that the entry can be deleted
   * @returns a function that releases the key; `undefined` when it was claimed before
   */
  claim?(key: string, until: Date): Awaitable<Release | undefined>
  /** Stores or updates a session for `list`. Optional. */
  remember?(session: SessionRecord): Awaitable<void>
  /** Returns a user's unexpired, unrevoked sessions, most recently used first. Optional; requires `remember`. */
  list?(userId: string): Awaitable<readonly SessionRecord[]>
}
