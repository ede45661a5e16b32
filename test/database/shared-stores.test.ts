import { once } from "node:events"
import { expect } from "chai"
import { database, migrate } from "express-authjs/database"
import Database from "libsql"
import { limiterContract } from "../support/limiter-contract.js"
import { lockContract } from "../support/lock-contract.js"
import { revocationContract } from "../support/revocation-contract.js"

describe("the stores of database()", () => {
  const db = database("sqlite::memory:", { migrate: true })
  after(() => db.close())
  revocationContract("brought", () => db.revocation)
  lockContract("brought", () => db.locks)
  limiterContract("brought", () => db.limiter)

  it("answers at once what it knows of revocations", async () => {
    const [keys, begun] = [["sid:known"], new Date()] as const
    expect(await db.revocation.isRevoked(keys, begun)).to.equal(false)
    expect(db.revocation.isRevoked(keys, begun)).to.equal(false)
  })
})

describe("the stores of database() without their tables", () => {
  it("is remembered by the process, and a warning says what to run", async () => {
    const db = database(new Database(":memory:"))
    const warned = once(process, "warning")
    const until = new Date(Date.now() + 60_000)
    expect(await db.locks.acquire("a", 60)).to.be.a("function")
    expect(await db.locks.acquire("a", 60)).to.equal(undefined)
    expect(await db.limiter.take("a", { limit: 1, window: 60 })).to.include({ allowed: true })
    expect(await db.limiter.take("a", { limit: 1, window: 60 })).to.include({ allowed: false })
    expect(await db.revocation.isRevoked(["sid:a"], new Date())).to.equal(false)
    await db.revocation.revoke(["sid:a"], until)
    expect(await db.revocation.isRevoked(["sid:a"], new Date(0))).to.equal(true)
    expect(await db.revocation.claim("b", until)).to.be.a("function")
    expect(await db.revocation.claim("b", until)).to.equal(undefined)
    const [warning] = await warned
    expect(warning).to.include({ name: "ExpressAuthWarning", code: "ERR_AUTH_MISSING_TABLE" })
    expect(warning.message).to.include("await migrate(db)")
    await migrate(db)
    await db.close()
  })
})
