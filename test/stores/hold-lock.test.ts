import { expect } from "chai"
import { memoryLocks } from "express-authjs"
import { holdLock } from "../../lib/stores/hold-lock.js"

const pass = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe("holdLock", () => {
  it("runs callers one after the other", async () => {
    const store = memoryLocks()
    const steps: string[] = []
    const work = (name: string) =>
      holdLock(store, "key", async () => {
        steps.push(`${name} begins`)
        await pass(20)
        steps.push(`${name} ends`)
        return name
      })
    expect(await Promise.all([work("a"), work("b")])).to.deep.equal(["a", "b"])
    expect(steps).to.deep.equal(["a begins", "a ends", "b begins", "b ends"])
  })

  it("frees the lock when the work fails", async () => {
    const store = memoryLocks()
    const failure = await holdLock(store, "key", () => Promise.reject(new Error("no"))).catch(
      (error) => error,
    )
    expect(failure.message).to.equal("no")
    expect(await holdLock(store, "key", async () => "yes")).to.equal("yes")
  })

  it("rejects when the store fails, but returns the result when only the release fails", async () => {
    const broken = () => Promise.reject(new Error("connection lost"))
    const failing = { ...memoryLocks(), acquire: broken }
    const failure = await holdLock(failing, "key", async () => 1).catch((error) => error)
    expect(failure).to.include({ code: "ERR_AUTH_LOCK", status: 503 })
    expect(failure.cause.message).to.equal("connection lost")
    const stuck = { ...memoryLocks(), acquire: () => broken }
    expect(await holdLock(stuck, "key", async () => 2)).to.equal(2)
  })
})
