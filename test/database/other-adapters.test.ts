import { DrizzleAdapter } from "@auth/drizzle-adapter"
import { KyselyAdapter, type Database as KyselyTables } from "@auth/kysely-adapter"
import { MongoDBAdapter } from "@auth/mongodb-adapter"
import PostgresAdapter from "@auth/pg-adapter"
import { drizzle } from "drizzle-orm/node-postgres"
import { Kysely, PostgresDialect } from "kysely"
import { MongoClient } from "mongodb"
import pg from "pg"
import { type ContractExceptions, describeAdapter } from "../support/adapter-contract.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { drizzleAdapterSchema, kyselyAdapterSchema, pgAdapterSchema } from "./foreign-schemas.js"
import { mongoPlaces } from "./mongo-servers.js"
import { postgres, type TestServer } from "./servers.js"

const extras = [
  ...["listSessions", "deleteUserSessions", "listAccounts", "updateAccount"],
  ...["deleteAuthenticator", "renameAuthenticator", "keepsDevices", "audit", "passwords"],
]
const passkeys = ["getAccount", "createAuthenticator", "getAuthenticator", "updateAuthenticatorCounter"]

/** Both ask PostgreSQL for what it refuses to compare, and leave the race for an account to keys their schemas lack. */
const failing = [
  "returns null for a token with a NUL character",
  "does not return a verification token for another address",
  "links an account in one of ten concurrent calls",
]

const pgExceptions: ContractExceptions = {
  lacks: [...extras, ...passkeys],
  fails: [
    ...failing,
    // Ids are numbers, texts end at 255 characters, nothing keeps e-mail addresses unique.
    "finds a user by id and by e-mail, as created",
    "accepts the deletion of an unknown user",
    "stores any text unchanged",
    "keeps a token of 300 characters",
    "creates a user in one of ten concurrent calls with the same e-mail address",
  ],
}

const kyselyExceptions: ContractExceptions = {
  lacks: [...extras, ...passkeys],
  fails: [
    ...failing,
    "returns null for an unknown user",
    "ignores fields of providers that Auth.js does not define",
  ],
}

const drizzleExceptions: ContractExceptions = {
  lacks: extras,
  fails: [
    "returns null for a token with a NUL character",
    "does not return a verification token for another address",
    // Its numbers have 32 bits, with a sign.
    "keeps long tokens and times beyond 32 bits",
    "stores counters of up to 32 bits",
  ],
}

const mongoExceptions: ContractExceptions = {
  lacks: [...extras, ...passkeys],
  fails: [
    // The app has to create the indexes.
    "creates a user in one of ten concurrent calls with the same e-mail address",
    "links an account in one of ten concurrent calls",
    "rejects an update of an unknown user",
    // It looks for a document with all the fields it is given, the user's id as text among them.
    "deletes a user with its accounts and sessions, but not those of other users",
    "finds a user by an account",
    "keeps accounts of two providers apart",
    "stores an account with only its required fields",
    "ignores fields of providers that Auth.js does not define",
    "unlinks one account",
  ],
}

describe("the tests' adapter in memory", () => {
  const open = async () => ({ adapter: createMemoryAdapter(), close: async () => {} })
  describeAdapter("createMemoryAdapter()", open, {
    lacks: extras,
    fails: [
      "creates a user in one of ten concurrent calls with the same e-mail address",
      "links an account in one of ten concurrent calls",
      "registers a passkey in one of ten concurrent calls",
      "deletes a user's passkeys with the user",
    ],
  })
})

describe("the official adapters", () => {
  if (postgres) describeOfficial(postgres)
  for (const [name, place] of mongoPlaces) {
    const open = async () => {
      const { url, drop } = await place()
      const client = new MongoClient(url)
      return { adapter: MongoDBAdapter(client), close: () => client.close().then(drop) }
    }
    describeAdapter(`@auth/mongodb-adapter on ${name}`, open, mongoExceptions)
  }
})

function describeOfficial(server: TestServer): void {
  const onPool =
    (schema: string, toAdapter: (pool: pg.Pool) => ReturnType<typeof PostgresAdapter>) => async () => {
      const { url, query, drop } = await server()
      await query(schema)
      const pool = new pg.Pool({ connectionString: url }).on("error", () => {})
      return { adapter: toAdapter(pool), close: () => pool.end().then(drop) }
    }
  const toKyselyAdapter = (pool: pg.Pool) =>
    KyselyAdapter(new Kysely<KyselyTables>({ dialect: new PostgresDialect({ pool }) }))

  describeAdapter("@auth/pg-adapter", onPool(pgAdapterSchema, PostgresAdapter), pgExceptions)
  const toDrizzleAdapter = (pool: pg.Pool) => DrizzleAdapter(drizzle(pool))

  describeAdapter("@auth/drizzle-adapter", onPool(drizzleAdapterSchema, toDrizzleAdapter), drizzleExceptions)
  describeAdapter("@auth/kysely-adapter", onPool(kyselyAdapterSchema, toKyselyAdapter), kyselyExceptions)
}
