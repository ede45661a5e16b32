import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { expect } from "chai"
import { database, migrate } from "express-authjs/database"
import Database from "libsql"
import { createFolder } from "./servers.js"

/** Takes the write lock of a file, says so, and keeps it until its input ends. */
const holder = `
const database = new (require("libsql"))(process.argv[1])
database.exec("pragma busy_timeout = 5000; begin immediate")
console.log("locked")
process.stdin.resume().on("end", () => { database.exec("commit"); process.exit() })`

describe("a SQLite file that another process is writing to", () => {
  let path: string
  let remove: () => Promise<void>
  let process: ChildProcess | undefined
  beforeEach(async () => {
    const folder = await createFolder()
    path = join(folder.path, "auth.db")
    remove = folder.remove
    const db = database(`sqlite:${path}`)
    await migrate(db)
    for (const id of ["1", "3"]) await db.createUser({ id, email: `${id}@example.com`, emailVerified: null })
    await db.close()
  })
  afterEach(async () => {
    process?.kill()
    await remove()
  })

  async function lock(): Promise<() => Promise<unknown>> {
    const child = spawn(globalThis.process.execPath, ["-e", holder, path], {
      stdio: ["pipe", "pipe", "inherit"],
    })
    process = child
    await once(child.stdout, "data")
    return () => {
      child.stdin.end()
      return once(child, "exit")
    }
  }

  const sources = {
    "a URL": () => `sqlite:${path}`,
    "a connection that is set to block": () => {
      const connection = new Database(path)
      connection.exec("pragma busy_timeout = 5000")
      return connection
    },
  }
  for (const [name, source] of Object.entries(sources)) {
    it(`is waited for without stopping the event loop, by ${name}`, async () => {
      const db = database(source())
      const unlock = await lock()
      const writes = [
        db.createUser({ id: "2", email: "2@example.com", emailVerified: null }),
        db.createSession({ sessionToken: "t", userId: "1", expires: new Date(Date.now() + 1000) }),
        db.deleteUser("3"),
      ]
      const longest = await longestTurn(50)
      expect((await db.getUser("1"))?.email).to.equal("1@example.com")
      await unlock()
      await Promise.all(writes)
      expect(longest, "to wait for the lock takes five seconds").to.be.below(2500)
      expect([await db.getUser("3"), (await db.getUser("2"))?.email]).to.deep.equal([null, "2@example.com"])
      await db.close()
    })

    it(`fails a write that has waited for the timeout, and then writes again, by ${name}`, async () => {
      const db = database(source(), { timeout: 200 })
      const unlock = await lock()
      const user = { id: "2", email: "2@example.com", emailVerified: null }
      const failure = await Promise.resolve(db.createUser(user)).catch((error: Error) => error.message)
      expect(failure).to.match(/database is locked|did not answer/)
      await unlock()
      expect(await db.getUser("2")).to.equal(null)
      await db.createUser(user)
      expect(await db.getUser("2")).to.include({ email: "2@example.com" })
      await db.close()
    })
  }
})

/** Milliseconds of the longest of so many turns of the event loop. */
async function longestTurn(turns: number): Promise<number> {
  let longest = 0
  for (let turn = 0; turn < turns; turn++) {
    const start = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 1))
    longest = Math.max(longest, performance.now() - start)
  }
  return longest
}
