import { scrypt, timingSafeEqual } from "node:crypto"
import { readFile } from "node:fs/promises"
import { promisify } from "node:util"
import { expect } from "chai"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import Database from "libsql"
import { postgres } from "../database/servers.js"

const guide = await readFile(new URL("../../docs/start/migrate-from-better-auth.md", import.meta.url), "utf8")
const [, copy = ""] = /```sql\n([\s\S]*?)```/.exec(guide) ?? []

/** What better-auth 1.7.7 stored for a sign-up with this password, and for an account at GitHub. */
const userId = "QM9je2eRzikkZBIkbMeUu9r3VJPjikbC"
const password = "analytical engine"
const hash =
  "849956dd8cbb294b63c711a6f343094a:f268da3183908c65ee631888c8d6119cc4e7e9cc3d4ecd022027f28c27c88f235bd77e2143900e431657655600d61696605aa416247a944517fcc9361495def2"

/** The tables that its migrations create, as far as the copy reads them. */
const tables = (boolean: string, date: string) => `
  create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique,
    "emailVerified" ${boolean} not null, "image" text, "createdAt" ${date} not null, "updatedAt" ${date} not null);
  create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null,
    "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text,
    "idToken" text, "accessTokenExpiresAt" ${date}, "refreshTokenExpiresAt" ${date}, "scope" text,
    "password" text, "createdAt" ${date} not null, "updatedAt" ${date} not null);`

const time = "2026-11-21T20:19:24.649Z"
const rows = (yes: string, no: string) => `
  insert into "user" values ('${userId}', 'Ada Lovelace', 'ada@example.com', ${no}, null, '${time}', '${time}'),
    ('grace', 'Grace Hopper', 'grace@example.com', ${yes}, null, '${time}', '${time}');
  insert into "account" values
    ('1', '${userId}', 'credential', '${userId}', null, null, null, null, null, null, '${hash}', '${time}', '${time}'),
    ('2', '4711', 'github', '${userId}', 'gho_x', null, null, null, null, 'read:user', null, '${time}', '${time}'),
    ('3', '12', 'google', 'grace', null, null, null, null, null, null, null, '${time}', '${time}');`

/** The guide "Migrate from better-auth". */
describe("a database of better-auth 1.7.7", () => {
  async function expectUsers(db: DatabaseAdapter) {
    const [ada, grace] = [await db.getUser(userId), await db.getUserByEmail("grace@example.com")]
    expect(ada).to.deep.include({ name: "Ada Lovelace", email: "ada@example.com", emailVerified: null })
    expect(grace?.emailVerified).to.deep.equal(new Date(time))
    const find = (provider: string, providerAccountId: string) =>
      db.getUserByAccount({ provider, providerAccountId })
    expect((await find("github", "4711"))?.id).to.equal(userId)
    expect((await find("google", "12"))?.id).to.equal("grace")
    const accounts = await Promise.all([userId, "grace"].map((id) => db.listAccounts(id)))
    expect(accounts.flat().map(({ provider, type }) => [provider, type])).to.deep.equal([
      ["github", "oauth"],
      ["google", "oidc"],
    ])
  }

  it("is copied by the statements of the guide in SQLite", async () => {
    const connection = new Database(":memory:")
    connection.exec(tables("integer", "date") + rows("1", "0"))
    const db = database(connection)
    await migrate(db)
    connection.exec(copy)
    await expectUsers(db)
    await db.close()
  })

  const createDatabase = postgres
  if (createDatabase)
    it("is copied by the statements of the guide in PostgreSQL", async () => {
      const { url, query, drop } = await createDatabase()
      await query(tables("boolean", "timestamptz") + rows("true", "false"))
      const db = database(url)
      try {
        await migrate(db)
        await query(copy)
        await expectUsers(db)
      } finally {
        await db.close()
        await drop()
      }
    })

  it("has passwords that the guide's function verifies", async () => {
    const isPassword = await importFunction()
    expect(await isPassword(password, hash)).to.equal(true)
    expect(await isPassword("another", hash)).to.equal(false)
    expect(await isPassword(password)).to.equal(false)
  })
})

/** The guide's own `isPassword`, without its types. */
async function importFunction(): Promise<(password: string, hash?: string) => Promise<boolean>> {
  const start = guide.indexOf("const derive")
  const source = guide.slice(start, guide.indexOf("const connection")).replace("export async", "async")
  const { transformSync } = await import("esbuild")
  const { code } = transformSync(`${source}\nreturn isPassword`, { loader: "ts", format: "cjs" })
  return new Function("scrypt", "timingSafeEqual", "promisify", code)(scrypt, timingSafeEqual, promisify)
}
