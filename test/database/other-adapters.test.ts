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
  ...["deleteAuthenticator", "renameAuthenticator", "keepsDevices"],
]
const passkeys = ["getAccount", "createAuthenticator", "getAuthenticator", "updateAuthenticatorCounter"]

/** Both ask PostgreSQL for what it refuses to compare, and leave the race for an account to keys their schemas lack. */
const failing = [
  "answers null for a token with a NUL character",
  "keeps a verification token from another's address",
  "links an account once, of ten at once",
]

const pgExceptions: ContractExceptions = {
  lacks: [...extras, ...passkeys],
  fails: [
    ...failing,
    // Ids are numbers, texts end at 255 characters, nothing keeps e-mail addresses unique.
    "finds a user by id and by e-mail, as created",
    "deletes a user it does not know without a word",
    "takes text for text, whatever it says",
    "keeps a token of 300 characters",
    "makes one user of one e-mail address, of ten at once",
  ],
}

const kyselyExceptions: ContractExceptions = {
  lacks: [...extras, ...passkeys],
  fails: [
    ...failing,
    "answers null for a user it does not know",
    "passes over what providers send beside the fields of Auth.js",
  ],
}

const drizzleExceptions: ContractExceptions = {
  lacks: extras,
  fails: [
    "answers null for a token with a NUL character",
    "keeps a verification token from another's address",
    // Its numbers have 32 bits, with a sign.
    "keeps long tokens and times beyond 32 bits",
    "counts up to 32 bits",
  ],
}

const mongoExceptions: ContractExceptions = {
  lacks: [...extras, ...passkeys],
  fails: [
    // The app has to create the indexes.
    "makes one user of one e-mail address, of ten at once",
    "links an account once, of ten at once",
    "fails to change a user it does not know",
    // It looks for a document with all the fields it is given, the user's id as text among them.
    "deletes a user with its accounts and sessions, and those of no other user",
    "finds a user by an account",
    "keeps accounts of two providers apart",
    "stores an account of which little is known",
    "passes over what providers send beside the fields of Auth.js",
    "unlinks one account",
  ],
}

describe("the tests' adapter in memory", () => {
  const open = async () => ({ adapter: createMemoryAdapter(), close: async () => {} })
  describeAdapter("createMemoryAdapter()", open, {
    lacks: extras,
    fails: [
      "makes one user of one e-mail address, of ten at once",
      "links an account once, of ten at once",
      "registers a passkey once, of ten at once",
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
