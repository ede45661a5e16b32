import { expect } from "chai"
import { ExpressAuth } from "express-authjs"
import { database, migrate } from "express-authjs/database"
import Database from "libsql"
import { withEnvironment } from "../support/with-environment.js"

const authWith = (adapter: ReturnType<typeof database>) =>
  withEnvironment({ AUTH_SECRET: "s".repeat(32) }, () => ExpressAuth({ adapter, providers: [] }))

describe("auth.close()", () => {
  it("closes what the library opened", async () => {
    const db = database("sqlite::memory:")
    await migrate(db)
    await authWith(db).close()
    const failure = await Promise.resolve(db.getUser("1")).catch((error: Error) => error)
    expect(failure).to.be.an("error")
  })

  it("closes an adapter once, however often it is called", async () => {
    let closings = 0
    const adapter = Object.assign(database("sqlite::memory:"), {
      close: async () => {
        if (closings++ > 0) throw new Error("Called end on pool more than once")
      },
    })
    const auth = authWith(adapter)
    await Promise.all([auth.close(), auth.close()])
    await auth.close()
    expect(closings).to.equal(1)
  })

  it("leaves open what the app opened, and does nothing without a database", async () => {
    const connection = new Database(":memory:")
    const db = database(connection)
    await migrate(db)
    await authWith(db).close()
    expect(await db.getUser("1")).to.equal(null)
    await db.close()
    await withEnvironment({ AUTH_SECRET: "s".repeat(32) }, () => ExpressAuth({ providers: [] })).close()
    await withEnvironment({ AUTH_SECRET: "s".repeat(32) }, () =>
      ExpressAuth(() => ({ providers: [] })),
    ).close()
  })
})
