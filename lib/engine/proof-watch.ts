import { createHash } from "node:crypto"
import type { Adapter, AdapterUser } from "@auth/core/adapters"
import { AdapterError } from "@auth/core/errors"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { canProveAddresses } from "../config/warn-of-unproven-passwords.js"
import { ExpressAuthError } from "../errors.js"
import { removePasskey } from "../passkeys/remove-passkey.js"
import { deleteRow } from "../session/session-row.js"
import type { LockStore } from "../stores/lock-store.js"
import { memoryLocks } from "../stores/memory-locks.js"

type Config = Pick<ResolvedConfig, "adapter" | "providers" | "locks" | "logger">

/** Seconds for which a first proof is remembered: longer than a request takes. */
const memoryOfProofs = 60 * 60

const proofsHere = new WeakMap<Adapter, LockStore>()

/** Without a shared store, per adapter: configurations with the same adapter have the same users. */
function proofsOf({ locks, adapter = {} }: Config): LockStore {
  const store = locks ?? proofsHere.get(adapter) ?? memoryLocks()
  if (!locks) proofsHere.set(adapter, store)
  return store
}

function keyOf(userId: string): string {
  return `authjs:first-proof:${createHash("sha256").update(userId).digest("base64url")}`
}

/**
 * Records that the first proof of a user's address has removed what could sign in as the user. Tells such a proof from
 * an app that sets `emailVerified` itself, in `events.linkAccount` or `authorize` for example.
 */
export async function noteFirstProof(userId: string, config: Config): Promise<void> {
  await proofsOf(config).set(keyOf(userId), "proven", memoryOfProofs)
}

/**
 * Requires that no first proof of the user's address has happened since a sign-in started. Such a sign-in may rest on a
 * password, an account or a passkey that the proof has removed.
 *
 * @param since when the sign-in started, in milliseconds since 1970
 * @throws {ExpressAuthError} `ERR_AUTH_FLOW` (400)
 * @throws {AdapterError} if the database or the lock store fails
 */
export async function requireNoProofSince(since: number, userId: string, config: Config): Promise<void> {
  if (!config.adapter?.getUser || !canProveAddresses(config.providers)) return
  if (!(await asked(() => wasProvenSince(since, userId, config)))) return
  throw new ExpressAuthError(
    "ERR_AUTH_FLOW",
    "The user's e-mail address was proven for the first time while this sign-in was in progress. Start it again.",
    { status: 400 },
  )
}

async function wasProvenSince(since: number, userId: string, config: Config): Promise<boolean> {
  const user = await config.adapter?.getUser?.(userId)
  if (!user || provenAt(user) < since) return false
  return (await proofsOf(config).get(keyOf(userId))) !== undefined
}

async function asked<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call()
  } catch (error) {
    const err = error instanceof Error ? error : new Error(String(error))
    throw new AdapterError("Could not check when the user's address was proven", { cause: { err } })
  }
}

/** Milliseconds since 1970. Some columns keep whole seconds, so such a time may lie up to a second later. */
function provenAt({ emailVerified }: AdapterUser): number {
  const time = emailVerified ? new Date(emailVerified).getTime() : 0
  return time > 0 && time % 1000 === 0 ? time + 999 : time
}

interface Attempt {
  /** The provider that the user signs in with. */
  readonly provider: ResolvedProvider | undefined
  /** When the request arrived, in milliseconds since 1970. */
  readonly since: number
}

/**
 * Guards one call to core against a first proof of the user's address during the call. Every session, account and
 * passkey is stored first and checked afterwards, and a first proof removes what it finds before and after it marks the
 * address as proven: so either the check sees the mark, or the proof sees what was stored.
 *
 * Users who were proven before the call cost no extra read.
 */
export class ProofWatch {
  readonly #config: Config
  readonly #since: number
  readonly #settled = new Set<string>()
  readonly #conditions: (() => Promise<void>)[] = []
  #isOff: boolean

  constructor(config: Config, { provider, since }: Attempt) {
    this.#config = config
    this.#since = since
    this.#isOff = provider?.type === "email"
  }

  /** Stops the checks: this call itself has proven the address. */
  stop(): void {
    this.#isOff = true
  }

  /** Adds a condition that must still hold after a session was stored. It throws if it does not. */
  require(condition: () => Promise<void>): void {
    this.#conditions.push(condition)
  }

  /** Notes a user that was read during the call: one who was proven before it needs no check. */
  note<User extends AdapterUser | null>(user: User): User {
    if (user?.emailVerified && provenAt(user) < this.#since) this.#settled.add(user.id)
    return user
  }

  /** Returns the adapter with checks on everything that signs in as a user. */
  wrap(adapter: Adapter): Adapter {
    const { getUser, getUserByAccount, linkAccount, createSession, createAuthenticator } = adapter
    const { unlinkAccount } = adapter
    return {
      ...adapter,
      ...(getUser && { getUser: async (id) => this.note(await getUser(id)) }),
      ...(getUserByAccount && { getUserByAccount: async (key) => this.note(await getUserByAccount(key)) }),
      ...(linkAccount && {
        linkAccount: async (row) => {
          await linkAccount(row)
          await this.check(row.userId, async () => unlinkAccount?.(row))
        },
      }),
      ...(createSession && {
        createSession: async (row) => {
          const stored = await createSession(row)
          await this.check(row.userId, () => deleteRow(row.sessionToken, this.#config))
          return stored
        },
      }),
      ...(createAuthenticator && {
        createAuthenticator: async (row) => {
          const stored = await createAuthenticator(row)
          await this.check(row.userId, () => removePasskey(this.#config, row))
          return stored
        },
      }),
    }
  }

  /**
   * Checks something that signs in as a user, after it was stored: removes it again if the user's address has been
   * proven since the call started, or another condition no longer holds.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_FLOW` (400)
   */
  async check(userId: string | undefined, remove: () => Promise<unknown>): Promise<void> {
    const isSettled = this.#isOff || userId === undefined || this.#settled.has(userId)
    if (isSettled && this.#conditions.length === 0) return
    try {
      if (!isSettled) await requireNoProofSince(this.#since, userId, this.#config)
      for (const condition of this.#conditions) await condition()
    } catch (error) {
      await remove().catch((failure) => this.#config.logger.error(failure))
      throw error
    }
  }
}
