import type { AdapterAccount, AdapterAuthenticator, AdapterSession, AdapterUser } from "@auth/core/adapters"
import type { LimiterStore } from "./limiter-store.js"
import type { LockStore } from "./lock-store.js"
import type { RevocationStore } from "./revocation-store.js"

/** A session as a row, which also says on which device it is. */
export interface DeviceSession extends AdapterSession {
  /** The browser's `User-Agent`, at most 512 characters of it. */
  userAgent?: string | null
  /** When it was begun, or renewed. */
  lastUsedAt?: Date | null
  /** When and how the person signed in, in a form of ours. */
  signIn?: string | null
}

/**
 * What all processes that use an adapter share, used where the option of the same name is not set. `revocation` is for
 * sessions that are tokens: those that are rows end with their row.
 */
export interface SharedStores {
  readonly revocation?: RevocationStore
  readonly locks?: LockStore
  readonly limiter?: LimiterStore
}

/**
 * What Auth.js's `Adapter` lacks and some features need. `express-authjs/database` implements all of it; any
 * adapter may implement what it can.
 */
export interface AdapterExtras extends SharedStores {
  /** Whether `createSession` and `updateSession` may be given what a {@link DeviceSession} has beside the fields of Auth.js. */
  readonly keepsDevices?: boolean
  /**
   * Whether `createSession` may be given the `signIn` of a {@link DeviceSession}, which `getSessionAndUser` and
   * `listSessions` then return. Without it, it is kept in a cookie.
   */
  keepsSignIn?(): boolean | Promise<boolean>
  /** Whether `close` closes only what the adapter opened itself, so that `auth.close()` may call it. */
  readonly closesItself?: boolean
  /** Closes the connections. After that the adapter cannot be used. */
  close?(): Promise<void>
  /** Every live session of a user, newest first. */
  listSessions(userId: string): Promise<DeviceSession[]>
  /** Ends every session of a user, but the one named. */
  deleteUserSessions(userId: string, exceptSessionToken?: string): Promise<void>
  /**
   * Stores a user and its first account: both or neither, also where the process ends in between. Needs `updateAccount`,
   * which is given the tokens afterwards.
   *
   * @param account `userId` is the one that the user gets
   */
  createUserWithAccount?(
    user: AdapterUser,
    account: Pick<AdapterAccount, "provider" | "providerAccountId" | "type">,
  ): Promise<AdapterUser>
  /** Every account linked to a user. */
  listAccounts(userId: string): Promise<AdapterAccount[]>
  /** Changes the stored tokens of one account. */
  updateAccount(
    account: Partial<AdapterAccount> & Pick<AdapterAccount, "provider" | "providerAccountId">,
  ): Promise<void>
  deleteAuthenticator(credentialID: string): Promise<void>
  renameAuthenticator(credentialID: string, name: string): Promise<AdapterAuthenticator>
}
