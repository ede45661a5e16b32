import type { LimiterStore } from "../stores/limiter-store.js"
import type { LockStore } from "../stores/lock-store.js"
import { memoryLimiter } from "../stores/memory-limiter.js"
import { memoryLocks } from "../stores/memory-locks.js"
import { memoryRevocation } from "../stores/memory-revocation.js"
import type { RevocationStore } from "../stores/revocation-store.js"
import type { Behind } from "./migrate.js"
import type { TableKey } from "./schema.js"
import { limiterIn, locksIn, revocationIn } from "./sql-stores.js"

/** What an adapter of ours brings for the options `revocation`, `locks` and `limiter`. */
export interface BroughtStores {
  readonly revocation: Required<RevocationStore>
  readonly locks: LockStore
  readonly limiter: Required<LimiterStore>
}

/** Milliseconds until a table that was missing is looked for again. */
const pause = 60_000

/**
 * The stores of a database, for all processes that use it. Without their tables, where nobody has migrated for them, this
 * process remembers what they are for, and a warning says what to run.
 */
export function broughtStores(behind: Behind): BroughtStores {
  const { isThere } = new Presence(behind)
  const locks = either(() => isThere("locks"), locksIn(behind), memoryLocks())
  const limiter = either(() => isThere("limits"), limiterIn(behind), memoryLimiter())
  return {
    locks: { acquire: locks("acquire"), get: locks("get"), set: locks("set") },
    limiter: {
      take: limiter("take"),
      peek: limiter("peek"),
      giveBack: limiter("giveBack"),
      forget: limiter("forget"),
    },
    revocation: revocationOf(behind, isThere),
  }
}

/** What is known of revocations is answered at once, without a promise. */
function revocationOf(
  behind: Behind,
  isThere: (key: TableKey) => Promise<boolean>,
): Required<RevocationStore> {
  const shared = revocationIn(behind, 4)
  const own = memoryRevocation()
  const areThere = async () => (await isThere("revocations")) && (await isThere("sessionRecords"))
  const revocation = either(areThere, shared, own)
  let isKnownToBeThere = false
  return {
    isRevoked: (keys, begunAt) => {
      if (isKnownToBeThere) return shared.isRevoked(keys, begunAt)
      return areThere().then((found) => {
        isKnownToBeThere = found
        return (found ? shared : own).isRevoked(keys, begunAt)
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

/** Calls a method of one store or of the other, as the question is answered at each call. */
function either<Store extends object>(isShared: () => Promise<boolean>, shared: Store, own: Store) {
  return <Name extends keyof Store>(name: Name): Answer<Store[Name]> => {
    const call = async (...args: never[]) => {
      const store = (await isShared()) ? shared : own
      return (store[name] as Method).apply(store, args)
    }
    return call as Answer<Store[Name]>
  }
}

/** Whether the tables of our stores are there; asked once where they are. */
class Presence {
  readonly #behind: Behind
  readonly #asked = new Map<TableKey, Promise<boolean>>()

  constructor(behind: Behind) {
    this.#behind = behind
  }

  isThere = (key: TableKey): Promise<boolean> => {
    const known = this.#asked.get(key)
    if (known) return known
    const asked = this.#look(key)
    this.#asked.set(key, asked)
    const forget = () => this.#asked.delete(key)
    asked.then((found) => found || setTimeout(forget, pause).unref(), forget)
    return asked
  }

  async #look(key: TableKey): Promise<boolean> {
    const { store, prepare } = this.#behind
    await prepare()
    const found = await store.hasTable(key)
    if (!found) warnOfMissing(key)
    return found
  }
}

function warnOfMissing(key: TableKey): void {
  process.emitWarning(
    `The table of ${key} is missing, so each process keeps its own. Make it when you deploy: await migrate(db), with ` +
      'migrate from "express-authjs/database"; or set the options `revocation`, `locks` and `limiter`.',
    { type: "ExpressAuthWarning", code: "ERR_AUTH_MISSING_TABLE" },
  )
}
