import { randomBytes } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import mysql from "mysql2/promise"
import pg from "pg"

/** An empty database of a test's own. */
export interface TestDatabase {
  readonly url: string
  query(sql: string): Promise<Record<string, unknown>[]>
  drop(): Promise<void>
}

/** A reachable server that can create databases. */
export type TestServer = () => Promise<TestDatabase>

const postgresUrl = process.env.POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/postgres"
const mysqlUrl = process.env.MYSQL_URL ?? "mysql://root@127.0.0.1:3306/test"

/** `undefined`, and a line that says so, where no server answers. With CI=true that is a failure. */
export const postgres = await reach("PostgreSQL", "POSTGRES_URL", createPostgres)
export const mariadb = await reach("MariaDB", "MYSQL_URL", createMariadb)

/** A temporary folder, removed with its contents. */
export async function createFolder() {
  const path = await mkdtemp(join(tmpdir(), "express-authjs-"))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

async function reach(name: string, variable: string, create: TestServer): Promise<TestServer | undefined> {
  try {
    await (await create()).drop()
    return create
  } catch (error) {
    if (process.env.CI === "true") throw error
    console.log(`No ${name} here, so its tests are left out. Set ${variable} to run them.`)
    return undefined
  }
}

function newName(): string {
  return `express_authjs_${randomBytes(6).toString("hex")}`
}

function urlOf(base: string, name: string): string {
  const url = new URL(base)
  url.pathname = `/${name}`
  return url.href
}

async function createPostgres(): Promise<TestDatabase> {
  const name = newName()
  const admin = new pg.Client({ connectionString: postgresUrl, connectionTimeoutMillis: 10_000 })
  await admin.connect()
  await admin.query(`create database ${name}`)
  const client = new pg.Client(urlOf(postgresUrl, name))
  client.on("error", () => {})
  await client.connect()
  return {
    url: urlOf(postgresUrl, name),
    query: async (sql) => (await client.query(sql)).rows ?? [],
    drop: async () => {
      await client.end()
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}

async function createMariadb(): Promise<TestDatabase> {
  const name = newName()
  const client = await mysql.createConnection({
    uri: mysqlUrl,
    connectTimeout: 10_000,
    multipleStatements: true,
  })
  await client.query(`create database ${name}`)
  await client.query(`use ${name}`)
  return {
    url: urlOf(mysqlUrl, name),
    query: async (sql) => {
      const [rows] = await client.query(sql)
      return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : []
    },
    drop: async () => {
      await client.query(`drop database ${name}`)
      await client.end()
    },
  }
}
