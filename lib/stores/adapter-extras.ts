import type {
  AdapterAccount,
  AdapterAuthenticator,
  AdapterSession,
  AdapterUser,
  VerificationToken,
} from "@auth/core/adapters"
import type { AuditStore } from "./audit-store.js"
import type { LimiterStore } from "./limiter-store.js"
import type { LockStore } from "./lock-store.js"
import type { PasswordStore } from "./password-store.js"
import type { RevocationStore } from "./revocation-store.js"

/** A row of the sessions table, with the device it is used on. */
export interface DeviceSession extends AdapterSession {
  /** The browser's `User-Agent` header, cut to 512 characters. */
  userAgent?: string | null
  /** When the session was created or last renewed. */
  lastUsedAt?: Date | null
  /** When and how the user signed in. An opaque string: store it and return it unchanged. */
  signIn?: string | null
}

/** Stores that all processes using an adapter share. Each is the default of the option of the same name; of `audit`, of its member `store`. */
export interface SharedStores {
  /** Revoked sessions. Used with the JWT strategy only: a database session ends when its row is deleted. */
  readonly revocation?: RevocationStore
  /** Locks, such as the one that lets a single process refresh an access token. */
  readonly locks?: LockStore
  /** Counts of failed sign-ins and sent mails. */
  readonly limiter?: LimiterStore
  /** The audit trail, used if the option `audit` is set. `deleteUser` also deletes the user's events. */
  readonly audit?: AuditStore
}

/**
 * Adapter methods that some features need and the `Adapter` of Auth.js lacks. `express-authjs/database` implements all
 * of them; other adapters can implement a subset. A feature whose method is missing throws a `ConfigError` with
 * `ERR_AUTH_ADAPTER_METHOD`.
 */
export interface AdapterExtras extends SharedStores {
  /** Users' passwords, used by `Password()`. */
  readonly passwords?: PasswordStore
  /**
   * Whether `createSession` and `updateSession` accept the fields that {@link DeviceSession} adds to those of Auth.js.
   *
   * @default false
   */
  readonly keepsDevices?: boolean
  /**
   * Whether `createSession` accepts the `signIn` field of {@link DeviceSession}, and `getSessionAndUser` and
   * `listSessions` return it. Otherwise an encrypted cookie holds it.
   */
  keepsSignIn?(): boolean | Promise<boolean>
  /**
   * Whether `close` closes only connections that the adapter itself opened. If so, `auth.close()` calls it.
   *
   * @default false
   */
  readonly closesItself?: boolean
  /** Closes the connections. The adapter cannot be used afterwards. */
  close?(): Promise<void>
  /** Returns a user's unexpired sessions, newest first. */
  listSessions(userId: string): Promise<DeviceSession[]>
  /** Deletes all sessions of a user, except the one with `exceptSessionToken`. */
  deleteUserSessions(userId: string, exceptSessionToken?: string): Promise<void>
  /**
   * Stores a user and its first account in one transaction: both or neither, even if the process crashes in between.
   * Requires `updateAccount`, which receives the account's tokens afterwards.
   *
   * @param account the account to link to the new user
   * @returns the user as stored
   */
  createUserWithAccount?(
    user: AdapterUser,
    account: Pick<AdapterAccount, "provider" | "providerAccountId" | "type">,
  ): Promise<AdapterUser>
  /**
   * Returns a verification token without using it up. Without this method, the token is used and stored again, and a
   * crash in between loses it.
   */
  findVerificationToken?(
    key: Pick<VerificationToken, "identifier" | "token">,
  ): Promise<VerificationToken | null>
  /** Returns all accounts linked to a user. */
  listAccounts(userId: string): Promise<AdapterAccount[]>
  /** Updates the given fields of an account, such as its tokens. */
  updateAccount(
    account: Partial<AdapterAccount> & Pick<AdapterAccount, "provider" | "providerAccountId">,
  ): Promise<void>
  /** Deletes a passkey. */
  deleteAuthenticator(credentialID: string): Promise<void>
  /** Renames a passkey and returns it. */
  renameAuthenticator(credentialID: string, name: string): Promise<AdapterAuthenticator>
}
