import type { AuditStore } from "../stores/audit-store.js"
import type { LimiterStore } from "../stores/limiter-store.js"
import type { LockStore } from "../stores/lock-store.js"
import { memoryLimiter } from "../stores/memory-limiter.js"
import { memoryLocks } from "../stores/memory-locks.js"
import { memoryRevocation } from "../stores/memory-revocation.js"
import type { RevocationStore } from "../stores/revocation-store.js"
import { auditIn } from "./audit-trail.js"
import type { AdapterDatabase } from "./migrate.js"
import type { TableKey } from "./schema.js"
import { limiterIn, locksIn, revocationIn } from "./sql-stores.js"

/** The stores that come with the adapter, used unless an option replaces them. */
export interface SharedStores {
  /** Ended sessions, used answers, and the devices of each user. */
  readonly revocation: Required<RevocationStore>
  /** Locks and short-lived values. */
  readonly locks: LockStore
  /** Counts of failed sign-ins and mails. */
  readonly limiter: Required<LimiterStore>
  /** The audit trail. */
  readonly audit: AuditStore
}

/** Milliseconds after which a missing table is looked for again. */
const pause = 60_000

/**
 * Creates the stores of a database, shared by all processes that use it. If their tables are missing, this process
 * keeps its own in memory, and a warning contains the command that creates them. An audit trail is never kept in memory.
 */
export function sharedStores(database: AdapterDatabase): SharedStores {
  const { exists } = new Presence(database)
  const locks = oneOf(() => exists("locks"), locksIn(database), memoryLocks())
  const limiter = oneOf(() => exists("limits"), limiterIn(database), memoryLimiter())
  return {
    locks: { acquire: locks("acquire"), get: locks("get"), set: locks("set") },
    limiter: { take: limiter("take"), peek: limiter("peek"), giveBack: limiter("giveBack") },
    revocation: revocationOf(database, exists),
    audit: auditIn(database),
  }
}

/** Answers synchronously from the cache once the tables are known to exist. */
function revocationOf(
  database: AdapterDatabase,
  exists: (key: TableKey) => Promise<boolean>,
): Required<RevocationStore> {
  const shared = revocationIn(database, 4)
  const own = memoryRevocation()
  const doTablesExist = async () => (await exists("revocations")) && (await exists("sessionRecords"))
  const revocation = oneOf(doTablesExist, shared, own)
  let tablesExist = false
  return {
    isRevoked: (keys, issuedAt) => {
      if (tablesExist) return shared.isRevoked(keys, issuedAt)
      return doTablesExist().then((found) => {
        tablesExist = found
        return (found ? shared : own).isRevoked(keys, issuedAt)
      })
    },
    revoke: revocation("revoke"),
    claim: revocation("claim"),
    remember: revocation("remember"),
    list: revocation("list"),
  }
}

type Method = (...args: never[]) => unknown
type Answer<Member> = Member extends (...args: infer Args) => infer Value
  ? (...args: Args) => Promise<Awaited<Value>>
  : never

/** Returns methods that call one of two stores, chosen at each call. */
function oneOf<Store extends object>(isShared: () => Promise<boolean>, shared: Store, own: Store) {
  return <Name extends keyof Store>(name: Name): Answer<Store[Name]> => {
    const call = async (...args: never[]) => {
      const store = (await isShared()) ? shared : own
      return (store[name] as Method).apply(store, args)
    }
    return call as Answer<Store[Name]>
  }
}

/** Finds out whether the tables of the stores exist. Asks the database once for each table that does. */
class Presence {
  readonly #database: AdapterDatabase
  readonly #asked = new Map<TableKey, Promise<boolean>>()

  constructor(database: AdapterDatabase) {
    this.#database = database
  }

  exists = (key: TableKey): Promise<boolean> => {
    const known = this.#asked.get(key)
    if (known) return known
    const asked = this.#look(key)
    this.#asked.set(key, asked)
    const forget = () => this.#asked.delete(key)
    asked.then((found) => found || setTimeout(forget, pause).unref(), forget)
    return asked
  }

  async #look(key: TableKey): Promise<boolean> {
    const { store, prepare } = this.#database
    await prepare()
    const found = await store.hasTable(key)
    if (!found) warnOfMissing(key)
    return found
  }
}

function warnOfMissing(key: TableKey): void {
  process.emitWarning(
    `The table of ${key} is missing, so each process keeps its own. Create it when you deploy: await migrate(db), with ` +
      'migrate from "express-authjs/database"; or set the options `revocation`, `locks` and `limiter`.',
    { type: "ExpressAuthWarning", code: "ERR_AUTH_MISSING_TABLE" },
  )
}
