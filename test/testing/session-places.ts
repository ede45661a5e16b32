import { randomBytes } from "node:crypto"
import { DrizzleAdapter } from "@auth/drizzle-adapter"
import { KyselyAdapter, type Database as KyselyTables } from "@auth/kysely-adapter"
import PostgresAdapter from "@auth/pg-adapter"
import { drizzle } from "drizzle-orm/node-postgres"
import { type ExpressAuthConfig, memoryRevocation, signed } from "express-authjs"
import { compose } from "express-authjs/adapters"
import { database, migrate } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { Kysely, PostgresDialect } from "kysely"
import pg from "pg"
import { drizzleAdapterSchema, kyselyAdapterSchema, pgAdapterSchema } from "../database/foreign-schemas.js"
import { mongoPlaces } from "../database/mongo-servers.js"
import { mariadb, postgres, type TestServer } from "../database/servers.js"
import { newPrefix, redisClients } from "../redis/servers.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"

type Config = Partial<ExpressAuthConfig>

/** A place where apps keep sessions, with the options that put them there. */
export interface SessionPlace {
  config: Config
  close(): Promise<unknown>
}

const inRows = { strategy: "database" } as const
const nothing = async () => {}

async function openDatabase(url: string, session: Config["session"] = {}, drop = nothing) {
  const adapter = database(url, { userColumns: { role: "text" } })
  await migrate(adapter)
  return { config: { adapter, session }, close: () => adapter.close().then(drop) }
}

/** Every session strategy, by name. */
export const sessionPlaces = new Map<string, () => Promise<SessionPlace>>([
  ["an encrypted cookie", async () => ({ config: {}, close: nothing })],
  ["a revocable cookie", async () => ({ config: { revocation: memoryRevocation() }, close: nothing })],
  [
    "a signed cookie",
    async () => ({ config: { jwt: signed({ alg: "HS512", key: randomBytes(64) }) }, close: nothing }),
  ],
  ["a cookie, with users in SQLite", () => openDatabase("sqlite::memory:", { strategy: "jwt" })],
  ["rows in SQLite", () => openDatabase("sqlite::memory:", inRows)],
  [
    "rows of an adapter in memory",
    async () => ({ config: { adapter: createMemoryAdapter(), session: inRows }, close: nothing }),
  ],
])

const servers = { PostgreSQL: postgres, MariaDB: mariadb, ...Object.fromEntries(mongoPlaces) }
for (const [name, open] of Object.entries(servers))
  if (open)
    sessionPlaces.set(`rows in ${name}`, async () => {
      const { url, drop } = await open()
      return openDatabase(url, inRows, drop)
    })
if (postgres) addPostgres(postgres)
if (redisClients.length > 0) sessionPlaces.set("Redis, with users in SQLite", openRedis)

function addPostgres(server: TestServer): void {
  const add = (name: string, schema: string, toAdapter: (pool: pg.Pool) => Config["adapter"]) =>
    sessionPlaces.set(`rows of ${name}`, async () => {
      const { url, query, drop } = await server()
      await query(schema)
      const pool = new pg.Pool({ connectionString: url }).on("error", () => {})
      const close = () => pool.end().then(drop)
      return { config: { adapter: toAdapter(pool) as never, session: inRows }, close }
    })
  add("@auth/pg-adapter", pgAdapterSchema, (pool) => PostgresAdapter(pool))
  add("@auth/drizzle-adapter", drizzleAdapterSchema, (pool) => DrizzleAdapter(drizzle(pool)))
  add("@auth/kysely-adapter", kyselyAdapterSchema, (pool) =>
    KyselyAdapter(new Kysely<KyselyTables>({ dialect: new PostgresDialect({ pool }) })),
  )
}

async function openRedis(): Promise<SessionPlace> {
  const [[, open] = []] = redisClients
  if (!open) throw new Error("There is no Redis")
  const { prefix, drop } = newPrefix()
  const { client, close } = await open()
  const users = database("sqlite::memory:", { userColumns: { role: "text" } })
  await migrate(users)
  const store = redis(client, { prefix })
  const adapter = compose({ users, sessions: store, verificationTokens: store })
  return { config: { adapter, session: inRows }, close: () => users.close().then(close).then(drop) }
}
