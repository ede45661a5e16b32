import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect } from "chai"
import { memoryLocks } from "express-authjs"
import { fileLocks } from "../support/file-locks.js"
import { lockContract } from "../support/lock-contract.js"

lockContract("memoryLocks", memoryLocks)
lockContract("the tests' own file store", () => fileLocks(mkdtempSync(join(tmpdir(), "locks-"))))

describe("memoryLocks", () => {
  it("forgets what has expired", () => {
    const store = memoryLocks()
    for (let i = 0; i < 20_000; i++) {
      store.set(`value-${i}`, "x", i < 19_000 ? -1 : 60)
      store.acquire(`lock-${i}`, i < 19_000 ? -1 : 60)
    }
    expect(store.size).to.be.below(6000)
    expect(store.get("value-19999")).to.equal("x")
    expect(store.acquire("lock-19999", 60)).to.equal(undefined)
  })

  it("shares nothing with another store", () => {
    memoryLocks().set("a", "x", 60)
    expect(memoryLocks().get("a")).to.equal(undefined)
  })
})
