import type { Adapter } from "@auth/core/adapters"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { accountMethods } from "./accounts.js"
import { authenticatorMethods } from "./authenticators.js"
import { type BroughtStores, broughtStores } from "./brought-stores.js"
import { defaultTimeout } from "./in-time.js"
import { type Behind, type Opened, rememberBehind } from "./migrate.js"
import { isMongo } from "./mongo/open-mongo.js"
import { openMongoStore } from "./mongo/open-store.js"
import { invalid, rejectUnknown, resolveSchema, type SchemaOptions } from "./names.js"
import { openClient } from "./open-client.js"
import { purgeEvery } from "./purge.js"
import type { RowStore } from "./row-store.js"
import { sessionMethods } from "./sessions.js"
import type { DatabaseSource, SqlSource } from "./sources.js"
import { sqlMigration } from "./sql-migration.js"
import { Store } from "./store.js"
import { firstSignInMethods, userMethods } from "./users.js"
import { verificationTokenMethods } from "./verification-tokens.js"

export interface DatabaseOptions extends SchemaOptions {
  /**
   * Makes what is missing in the database before it is first used. For development; a deployment calls `migrate()`
   * itself, once, with a user that may create tables.
   *
   * @default false
   */
  readonly migrate?: boolean
  /**
   * Milliseconds within which the database has to answer a read or a write, the wait for a free connection included. What
   * takes longer fails, and its connection is replaced.
   *
   * @default 5000
   */
  readonly timeout?: number
  /**
   * Seconds between two deletions of what has expired, in small batches while the process lives; `false` where a job of
   * your own calls `purgeExpired()`. MongoDB does it by index.
   *
   * @default 600
   */
  readonly purgeEvery?: number | false
}

/** An adapter that has every method, those of Auth.js and those of {@link AdapterExtras}. */
export interface DatabaseAdapter
  extends Required<Adapter>,
    Omit<AdapterExtras, keyof BroughtStores>,
    BroughtStores {
  /** Deletes what has expired: sessions, verification tokens, revocations, locks, counts. See `purgeEvery`. */
  purgeExpired(): Promise<void>
  /** Closes what was opened. After that the adapter cannot be used. */
  close(): Promise<void>
}

/**
 * An adapter for the database behind a URL, or for a connection that is there already.
 *
 * | URL | install with |
 * |---|---|
 * | `sqlite:./auth.db`, `sqlite::memory:` | `npm install kysely libsql` |
 * | `postgres://user:password@host/name` | `npm install kysely pg` |
 * | `mysql://…`, `mariadb://…` | `npm install kysely mysql2` |
 * | `mssql://…` | `npm install kysely tedious tarn` |
 * | `mongodb://…`, `mongodb+srv://…` | `npm install mongodb` |
 *
 * Instead of a URL it takes a Kysely instance, a `Pool` of `pg`, a pool of `mysql2`, a database of `libsql` or
 * `better-sqlite3`, or a `MongoClient` or `Db` of `mongodb`. The tables come from `migrate()`. Reading a session is one
 * prepared statement, or one command; dates keep their milliseconds in UTC whatever the zone of the server.
 *
 * @param source Without it, the URL in `AUTH_DATABASE_URL`.
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_UNKNOWN_OPTION`
 *
 * @example
 * const auth = ExpressAuth({ adapter: database("sqlite:./auth.db"), providers: [GitHub] })
 */
export function database(
  source: DatabaseSource | undefined = process.env.AUTH_DATABASE_URL,
  options: DatabaseOptions = {},
): DatabaseAdapter {
  if (source === undefined || source === "")
    throw invalid('database() needs a URL: set AUTH_DATABASE_URL, or pass one such as "sqlite:./auth.db".')
  rejectUnknown("database", options, ["names", "ids", "userColumns", "migrate", "timeout", "purgeEvery"])
  const { store, migration, purgesItself, close } = open(source, options)
  const endPurging = purgesItself ? undefined : startPurging(store, options)
  const prepare = options.migrate ? onceDone(() => migration.run()) : () => Promise.resolve()
  const behind: Behind = { store, migration, prepare }
  const adapter = {
    ...userMethods(store),
    ...firstSignInMethods(store),
    ...accountMethods(store),
    ...sessionMethods(store),
    ...verificationTokenMethods(store),
    ...authenticatorMethods(store),
    ...broughtStores(behind),
    closesItself: typeof source === "string",
    close: () => {
      endPurging?.()
      return close()
    },
  }
  const prepared = options.migrate ? afterPreparing(adapter, prepare) : adapter
  rememberBehind(prepared, behind)
  return prepared
}

function startPurging(
  store: RowStore,
  { purgeEvery: seconds = 600 }: DatabaseOptions,
): (() => void) | undefined {
  if (seconds === false) return
  if (seconds > 0 && seconds < 2 ** 31 / 1000) return purgeEvery(seconds, store)
  throw invalid(`\`database.purgeEvery\` must be seconds above 0, or false, not ${JSON.stringify(seconds)}.`)
}

function open(source: DatabaseSource, options: DatabaseOptions): Opened {
  const { timeout = defaultTimeout } = options
  if (!(timeout > 0 && timeout < 2 ** 31))
    throw invalid(`\`database.timeout\` must be milliseconds above 0, not ${JSON.stringify(timeout)}.`)
  return isMongo(source) ? openMongoStore(source, options, timeout) : openSqlStore(source, options, timeout)
}

function openSqlStore(source: SqlSource, options: DatabaseOptions, timeout: number): Opened {
  const client = openClient(source, timeout)
  const store = new Store(client, resolveSchema(client.dialect, options))
  return { store, migration: sqlMigration(store), close: () => client.close() }
}

/** Work that is done once. What failed is tried again. */
function onceDone(work: () => Promise<unknown>): () => Promise<unknown> {
  let done: Promise<unknown> | undefined
  return () => {
    done ??= work().catch((error: unknown) => {
      done = undefined
      throw error
    })
    return done
  }
}

/** The same adapter, whose first call waits for the tables to be made. */
function afterPreparing(adapter: DatabaseAdapter, prepare: () => Promise<unknown>): DatabaseAdapter {
  const members = Object.entries(adapter).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "function" || name === "close") return [name, member]
    return [name, async (...args: unknown[]) => prepare().then(() => member(...args))]
  })
  return Object.fromEntries(members) as DatabaseAdapter
}
