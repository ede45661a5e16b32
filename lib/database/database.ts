import type { Adapter } from "@auth/core/adapters"
import type { AdapterExtras } from "../config/adapter-extras.js"
import { accountMethods } from "./accounts.js"
import { authenticatorMethods } from "./authenticators.js"
import { migrate, rememberStore } from "./migrate.js"
import { invalid, rejectUnknown, resolveSchema, type SchemaOptions } from "./names.js"
import { type DatabaseSource, openClient } from "./open-client.js"
import { sessionMethods } from "./sessions.js"
import { Store } from "./store.js"
import { userMethods } from "./users.js"
import { verificationTokenMethods } from "./verification-tokens.js"

export interface DatabaseOptions extends SchemaOptions {
  /**
   * Makes what is missing in the database before it is first used. For development; a deployment calls `migrate()`
   * itself, once, with a user that may create tables.
   *
   * @default false
   */
  readonly migrate?: boolean
}

/** An adapter that has every method, those of Auth.js and those of {@link AdapterExtras}. */
export interface DatabaseAdapter extends Required<Adapter>, AdapterExtras {
  /** Deletes what has expired: sessions, verification tokens, revocations, locks, counts. Call it once a day: nobody misses them. */
  purgeExpired(): Promise<void>
  /** Closes what was opened. After that the adapter cannot be used. */
  close(): Promise<void>
}

/**
 * An adapter for the database behind a URL, or for a connection that is there already.
 *
 * | URL | package to install |
 * |---|---|
 * | `sqlite:./auth.db`, `sqlite::memory:` | `libsql` |
 * | `postgres://user:password@host/name` | `pg` |
 * | `mysql://…`, `mariadb://…` | `mysql2` |
 * | `mssql://…` | `tedious` and `tarn` |
 *
 * Instead of a URL it takes a Kysely instance, a `Pool` of `pg`, a pool of `mysql2`, or a database of `libsql` or
 * `better-sqlite3`. The tables come from {@link migrate}. Reading a session is one prepared statement; dates keep their
 * milliseconds in UTC whatever the zone of the server.
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
  rejectUnknown("database", options, ["names", "ids", "userColumns", "migrate"])
  const client = openClient(source)
  const store = new Store(client, resolveSchema(client.dialect, options))
  const adapter = {
    ...userMethods(store),
    ...accountMethods(store),
    ...sessionMethods(store),
    ...verificationTokenMethods(store),
    ...authenticatorMethods(store),
    close: () => client.close(),
  }
  rememberStore(adapter, store)
  if (!options.migrate) return adapter
  const prepare = onceDone(() => migrate(adapter))
  const migrating = afterPreparing(adapter, prepare)
  rememberStore(migrating, store, prepare)
  return migrating
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
  const methods = Object.entries(adapter).map(([name, method]: [string, (...args: never[]) => unknown]) => [
    name,
    name === "close" ? method : async (...args: never[]) => prepare().then(() => method(...args)),
  ])
  return Object.fromEntries(methods) as DatabaseAdapter
}
