import { expect } from "chai"
import { database, migrate, sqlLimiter, sqlLocks, sqlRevocation } from "express-authjs/database"
import Database from "libsql"
import { createFolder } from "./servers.js"

const user = { id: "1", email: "ada@example.com", emailVerified: null }
const closed = "The SQLite database is closed"

/** Returns the message of the rejection, or "answered". */
const outcome = async (call: () => unknown): Promise<string> => {
  try {
    await call()
    return "answered"
  } catch (error) {
    return (error as Error).message
  }
}

/** A connection that records what reaches the driver. */
function recorded() {
  const connection = new Database(":memory:")
  const calls: string[] = []
  const recording = new Proxy(connection, {
    get(target, name) {
      calls.push(String(name))
      const member = Reflect.get(target, name)
      return typeof member === "function" ? member.bind(target) : member
    },
  })
  return { connection, recording, calls }
}

/** Each reads and writes as the app would, with statements prepared before and after the close. */
const callsOf = (db: ReturnType<typeof database>) => {
  const expires = new Date(Date.now() + 60_000)
  return [
    () => db.getUser("1"),
    () => db.getSessionAndUser("t"),
    () => db.getUserByEmail("ada@example.com"),
    () => db.createSession({ sessionToken: "t2", userId: "1", expires }),
    () => db.createUser({ ...user, id: "2", email: "bob@example.com" }),
    () => db.deleteUser("1"),
    () => db.purgeExpired(),
    () => db.locks.acquire("lock", 10),
    () => db.revocation.revoke(["sid:1"], expires),
    () => sqlLocks(db).set("name", "value", 10),
    () => sqlLimiter(db).take("name", { limit: 1, window: 10 }),
    () => sqlRevocation(db).isRevoked(["sid:1"], new Date()),
    () => migrate(db),
  ]
}

async function useOnce(db: ReturnType<typeof database>): Promise<void> {
  await migrate(db)
  await db.createUser(user)
  await db.createSession({ sessionToken: "t", userId: "1", expires: new Date(Date.now() + 60_000) })
  expect((await db.getSessionAndUser("t"))?.user.id).to.equal("1")
  expect((await db.getUser("1"))?.id).to.equal("1")
}

describe("a SQLite database after close()", () => {
  it("rejects every call, because libsql can abort the process", async () => {
    const db = database("sqlite::memory:")
    await useOnce(db)
    await db.close()
    for (const call of callsOf(db)) expect(await outcome(call), String(call)).to.include(closed)
  })

  it("lets no call reach the driver, not even one that was waiting", async () => {
    const { recording, calls } = recorded()
    const db = database(recording)
    await useOnce(db)
    const waiting = [1, 2, 3].map((id) =>
      outcome(() => db.createUser({ ...user, id: `${id}0`, email: `${id}@example.com` })),
    )
    await db.close()
    const before = calls.filter((name) => name !== "open").length
    await Promise.all(waiting)
    for (const call of callsOf(db)) expect(await outcome(call), String(call)).to.include(closed)
    expect(calls.filter((name) => name !== "open").slice(before)).to.deep.equal([])
  })

  it("rejects every call also if the app closed the connection", async () => {
    const connection = new Database(":memory:")
    const db = database(connection)
    await useOnce(db)
    connection.close()
    for (const call of callsOf(db)) expect(await outcome(call), String(call)).to.include(closed)
    await db.close()
  })

  it("ends a write that waits for another process's lock", async () => {
    const { path, remove } = await createFolder()
    const db = database(`sqlite:${path}/auth.db`)
    await migrate(db)
    const other = new Database(`${path}/auth.db`)
    other.exec("begin immediate")
    const waiting = outcome(() => db.createUser(user))
    await outcome(() => db.getUser("1"))
    await db.close()
    expect(await waiting).to.include(closed)
    other.exec("rollback")
    other.close()
    await remove()
  })
})
