import { join } from "node:path"
import { expect } from "chai"
import { type DatabaseOptions, type DatabaseSource, database, migrate } from "express-authjs/database"
import Database from "libsql"
import { missingPackage } from "../../lib/database/load-package.js"
import { configErrorOf } from "../support/config-error.js"
import { readImports } from "../support/module-imports.js"
import { withEnvironment } from "../support/with-environment.js"
import { createFolder, mariadb, postgres } from "./servers.js"

const errorOf = (source?: DatabaseSource, options?: DatabaseOptions) =>
  configErrorOf(() => database(source, options))

describe("database()", () => {
  it("reads AUTH_DATABASE_URL", async () => {
    const db = withEnvironment({ AUTH_DATABASE_URL: "sqlite::memory:" }, () => database())
    await migrate(db)
    expect(await db.getUser("1")).to.equal(null)
    expect(withEnvironment({}, () => errorOf())).to.equal(
      'ERR_AUTH_INVALID_OPTION: database() needs a URL: set AUTH_DATABASE_URL, or pass one such as "sqlite:./auth.db".',
    )
  })

  it("names the scheme of an unsupported URL, but not its credentials", () => {
    const message = errorOf("oracle://scott:tiger@localhost/orcl")
    expect(message).to.include('starts with "oracle:"').and.include("postgres")
    expect(message).to.not.include("tiger")
    expect(errorOf("auth.db")).to.include("has no scheme")
  })

  it("names every package to install", () => {
    const commandOf = (url?: string) => {
      const { code, message } = missingPackage("no-such-package", url)
      return `${code}: ${message}`
    }
    expect(commandOf("mssql://sa:secret@localhost/app")).to.equal(
      'ERR_AUTH_INVALID_OPTION: A database of "mssql:" needs the package no-such-package, which is not installed: npm install kysely tedious tarn',
    )
    expect(commandOf("SQLite::memory:")).to.match(/"sqlite:".*: npm install kysely libsql$/)
    expect(commandOf("postgres://localhost/app")).to.match(/: npm install kysely pg$/)
    expect(commandOf("mysql://localhost/app")).to.match(/: npm install kysely mysql2$/)
    expect(commandOf("mongodb://localhost/app")).to.match(/: npm install mongodb$/)
    expect(commandOf()).to.equal(
      "ERR_AUTH_INVALID_OPTION: express-authjs/database needs the package no-such-package, which is not installed: npm install no-such-package",
    )
  })

  it("refuses what is neither a URL nor a connection", () => {
    for (const source of [{}, 1, null, () => {}])
      expect(configErrorOf(() => Reflect.apply(database, undefined, [source]))).to.include(
        "database() takes a URL",
      )
  })

  it("refuses unknown names and options", () => {
    const wrong: [DatabaseOptions, string][] = [
      [{ names: { user: "u" } } as DatabaseOptions, 'Unknown option "names.user". Did you mean "users"?'],
      [{ names: { columns: { userid: "u" } } } as DatabaseOptions, 'Did you mean "userId"?'],
      [{ name: {} } as DatabaseOptions, 'Unknown option "database.name". Did you mean "names"?'],
      [{ names: "drizzle" } as unknown as DatabaseOptions, "known are pg-adapter"],
      [
        { userColumns: { role: "varchar" } } as unknown as DatabaseOptions,
        "`userColumns.role` must be one of text",
      ],
      [{ userColumns: { email: "text" } }, "`userColumns.email` is already a column of Auth.js"],
      [{ names: "constructor" } as unknown as DatabaseOptions, "known are pg-adapter"],
      [{ timeout: 0 }, "`database.timeout` must be a positive number of milliseconds, not 0"],
    ]
    for (const [options, message] of wrong) expect(errorOf("sqlite::memory:", options)).to.include(message)
  })

  it("takes names that every JavaScript object has for what they are: unknown fields, or columns of the app", async () => {
    const odd = { constructor: "odd", toString: "odder" }
    const user = { id: "1", email: "ada@example.com", emailVerified: null, ...odd }
    const plain = database("sqlite::memory:", { migrate: true })
    await plain.createUser(user as never)
    expect(Object.keys((await plain.getUser("1")) ?? {})).to.not.include("constructor")
    const own = database("sqlite::memory:", { migrate: true, userColumns: Object({ constructor: "text" }) })
    await own.createUser(user as never)
    expect(await own.getUser("1")).to.include({ constructor: "odd" })
    expect(errorOf("constructor:x")).to.include('starts with "constructor:"')
    await Promise.all([plain.close(), own.close()])
  })

  it("carries its methods as properties of its own, where core looks for them", () => {
    const names = Object.keys(database("sqlite::memory:"))
    const expected = [
      "createUser",
      "getAccount",
      "unlinkAccount",
      "updateAuthenticatorCounter",
      "listSessions",
    ]
    expect(names)
      .to.include.members([...expected, "purgeExpired", "close"])
      .and.have.length(37)
  })

  it("keeps unknown columns in the database", async () => {
    const connection = new Database(":memory:")
    const db = database(connection)
    await migrate(db)
    connection.exec("alter table users add column password text default 'hash'")
    await db.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    expect(await db.getUser("1")).to.have.all.keys("id", "email", "emailVerified", "name", "image")
  })

  it("lets many users have no e-mail address", async () => {
    const db = database("sqlite::memory:", { migrate: true })
    const withoutEmail = { email: null, emailVerified: null } as unknown as {
      email: string
      emailVerified: null
    }
    for (const id of ["1", "2"]) await db.createUser({ id, ...withoutEmail })
    expect(await db.getUser("2")).to.include({ id: "2", email: null })
  })

  it("makes the id of a user that comes without one", async () => {
    const db = database("sqlite::memory:", { migrate: true })
    const user = await db.createUser({ email: "ada@example.com", emailVerified: null } as never)
    expect(user.id).to.match(/^[0-9a-f-]{36}$/)
    expect(await db.getUser(user.id)).to.deep.equal(user)
  })

  it("turns what no driver takes into what its column holds", async () => {
    const db = database("sqlite::memory:", { migrate: true, userColumns: { age: "integer", since: "date" } })
    const odd = { name: true, image: { a: 1 }, age: "41.9", since: "never", emailVerified: true }
    await db.createUser({ id: "1", email: "ada@example.com", ...odd } as never)
    const stored = { name: "true", image: "[object Object]", age: 41, since: null, emailVerified: null }
    expect(await db.getUser("1")).to.deep.include(stored)
  })

  it("purges what has expired, and leaves times alone that Prisma wrote as numbers", async () => {
    const connection = new Database(":memory:")
    connection.exec(
      'create table sessions ("sessionToken" text primary key, "userId" text, expires datetime not null)',
    )
    const db = database(connection)
    await migrate(db)
    await db.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    const [past, future] = [new Date(Date.now() - 1000), new Date(Date.now() + 60_000)]
    await db.createSession({ sessionToken: "past", userId: "1", expires: past })
    await db.createSession({ sessionToken: "future", userId: "1", expires: future })
    await db.createVerificationToken({ identifier: "past", token: "t", expires: past })
    await db.createVerificationToken({ identifier: "future", token: "t", expires: future })
    connection.exec(
      `insert into sessions ("sessionToken", "userId", expires) values ('number', '1', ${future.getTime()})`,
    )
    await db.purgeExpired()
    expect((await db.listSessions("1")).map(({ sessionToken }) => sessionToken)).to.have.members([
      "future",
      "number",
    ])
    expect(await db.useVerificationToken({ identifier: "past", token: "t" })).to.equal(null)
    expect(await db.useVerificationToken({ identifier: "future", token: "t" })).to.not.equal(null)
  })

  it("sees what another connection to the same file has written", async () => {
    const { path, remove } = await createFolder()
    const url = `sqlite:${join(path, "auth.db")}`
    const [here, there] = [database(url, { migrate: true }), database(url)]
    await here.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    expect(await there.getUser("1")).to.include({ name: null })
    await here.updateUser({ id: "1", name: "Ada" })
    expect(await there.getUser("1")).to.include({ name: "Ada" })
    await Promise.all([
      here.deleteUser("1"),
      there.deleteUser("1"),
      here.deleteUser("2"),
      there.deleteUser("2"),
    ])
    expect(await there.getUser("1")).to.equal(null)
    await Promise.all([here.close(), there.close()])
    await remove()
  })

  const inMemory = async () => ({ url: "sqlite::memory:", drop: async () => {} })
  const servers = { SQLite: inMemory, ...(postgres && { postgres }), ...(mariadb && { mariadb }) }
  for (const [name, create] of Object.entries(servers))
    it(`closes once, however often close() is called, and then rejects calls: ${name}`, async () => {
      const server = await create()
      const db = database(server.url)
      await migrate(db)
      await Promise.all([db.close(), db.close()])
      await db.close()
      const failure = await Promise.resolve(db.getUser("1")).catch((error: Error) => error)
      expect(failure).to.be.an("error")
      await server.drop()
    })

  it("reads a session and its user by one statement, prepared once", async () => {
    const connection = new Database(":memory:")
    const prepared: string[] = []
    const db = database(
      Object.assign(Object.create(connection), {
        prepare: (sql: string) => {
          prepared.push(sql)
          return connection.prepare(sql)
        },
      }),
    )
    await migrate(db)
    await db.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    await db.createSession({ sessionToken: "t", userId: "1", expires: new Date(Date.now() + 1000) })
    prepared.length = 0
    for (let reads = 0; reads < 3; reads++) expect(await db.getSessionAndUser("t")).to.not.equal(null)
    expect(prepared).to.have.length(1)
  })
})

describe("express-authjs", () => {
  it("does not load Kysely unless the database is imported", async () => {
    const { imports } = await readImports(new URL("../../lib/", import.meta.url))
    const users = imports.filter(({ to }) => to === "kysely").map(({ from }) => from.split("/")[0])
    expect(new Set(users)).to.deep.equal(new Set(["database"]))
  })
})
