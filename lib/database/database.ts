import type { Adapter } from "@auth/core/adapters"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import type { PasswordStore } from "../stores/password-store.js"
import { accountMethods } from "./accounts.js"
import { authenticatorMethods } from "./authenticators.js"
import { type AdapterDatabase, type Opened, registerDatabase } from "./migrate.js"
import { isMongo } from "./mongo/open-mongo.js"
import { openMongoStore } from "./mongo/open-store.js"
import { invalid, rejectUnknown, resolveSchema, type SchemaOptions } from "./names.js"
import { openClient } from "./open-client.js"
import { passwordsIn } from "./passwords.js"
import { purgeEvery } from "./purge.js"
import type { RowStore } from "./row-store.js"
import { sessionMethods } from "./sessions.js"
import { type SharedStores, sharedStores } from "./shared-stores.js"
import type { DatabaseSource, SqlSource } from "./sources.js"
import { sqlMigration } from "./sql-migration.js"
import { Store } from "./store.js"
import { traceMigration } from "./trace-migration.js"
import { firstSignInMethods, userMethods } from "./users.js"
import { verificationTokenMethods } from "./verification-tokens.js"
import { defaultTimeout } from "./with-timeout.js"

/** How `database()` connects, and what tables it uses. */
export interface DatabaseOptions extends SchemaOptions {
  /**
   * Whether to create missing tables, columns and indexes before the first use. For development; a deployment calls
   * `migrate()` instead, once, as a database user who may create tables.
   *
   * @default false
   */
  readonly migrate?: boolean
  /**
   * Milliseconds that a read or write may take, including the wait for a free connection. After that it fails, and its
   * connection is replaced.
   *
   * @default 5000
   */
  readonly timeout?: number
  /**
   * Seconds between two purges of expired rows, which run in small batches; `false` if a job of yours calls
   * `purgeExpired()`. MongoDB expires documents by index instead.
   *
   * @default 600
   */
  readonly purgeEvery?: number | false
}

/** An adapter with every method of Auth.js and of {@link AdapterExtras}, and with stores that processes share. */
export interface DatabaseAdapter
  extends Required<Adapter>,
    Omit<AdapterExtras, keyof SharedStores>,
    SharedStores {
  /** Users' passwords, and the mailed links about them. */
  readonly passwords: PasswordStore
  /** Deletes expired sessions, mailed links, revocations, locks, counts and audit events. See `purgeEvery`. */
  purgeExpired(): Promise<void>
  /**
   * Closes all connections, including a pool or client that was passed in. The adapter cannot be used afterwards.
   * Repeated calls close once and return the same promise.
   */
  close(): Promise<void>
}

/**
 * Creates an adapter for the database at a URL, or for an existing connection.
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
 * `better-sqlite3`, or a `MongoClient` or `Db` of `mongodb`. `migrate()` creates the tables. Reading a session takes
 * one prepared statement or one command. Dates are stored in UTC to the millisecond, whatever the server's time zone.
 *
 * @param source the URL or connection; defaults to the URL in `AUTH_DATABASE_URL`
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, also with the command to run if a package is not installed;
 * `ERR_AUTH_UNKNOWN_OPTION`
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
  const { store, purgesItself, close, ...opening } = open(source, options)
  const migration = traceMigration(opening.migration)
  const endPurging = purgesItself ? undefined : startPurging(store, options)
  let closing: Promise<void> | undefined
  const prepare = options.migrate ? onceDone(() => migration.run()) : () => Promise.resolve()
  const opened: AdapterDatabase = { store, migration, prepare }
  const adapter = {
    ...userMethods(store),
    ...firstSignInMethods(store),
    ...accountMethods(store),
    ...sessionMethods(store),
    ...verificationTokenMethods(store),
    ...authenticatorMethods(store),
    ...sharedStores(opened),
    passwords: passwordsIn(opened),
    closesItself: typeof source === "string",
    close: () => {
      endPurging?.()
      closing ??= close()
      return closing
    },
  }
  const prepared = options.migrate ? afterPreparing(adapter, prepare) : adapter
  registerDatabase(prepared, opened)
  return prepared
}

function startPurging(
  store: RowStore,
  { purgeEvery: seconds = 600 }: DatabaseOptions,
): (() => void) | undefined {
  if (seconds === false) return
  if (seconds > 0 && seconds < 2 ** 31 / 1000) return purgeEvery(seconds, store)
  throw invalid(
    `\`database.purgeEvery\` must be a positive number of seconds, or false, not ${JSON.stringify(seconds)}.`,
  )
}

function open(source: DatabaseSource, options: DatabaseOptions): Opened {
  const { timeout = defaultTimeout } = options
  if (!(timeout > 0 && timeout < 2 ** 31))
    throw invalid(
      `\`database.timeout\` must be a positive number of milliseconds, not ${JSON.stringify(timeout)}.`,
    )
  return isMongo(source) ? openMongoStore(source, options, timeout) : openSqlStore(source, options, timeout)
}

function openSqlStore(source: SqlSource, options: DatabaseOptions, timeout: number): Opened {
  const client = openClient(source, timeout)
  const store = new Store(client, resolveSchema(client.dialect, options))
  return { store, migration: sqlMigration(store), close: () => client.close() }
}

/** Returns a function that does the work once; after a failure, the next call repeats it. */
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

/** Returns the same adapter with methods that first wait for the tables. */
function afterPreparing(adapter: DatabaseAdapter, prepare: () => Promise<unknown>): DatabaseAdapter {
  const members = Object.entries(adapter).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "function" || name === "close") return [name, member]
    return [name, async (...args: unknown[]) => prepare().then(() => member(...args))]
  })
  return Object.fromEntries(members) as DatabaseAdapter
}
