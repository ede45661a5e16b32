import { randomUUID } from "node:crypto"
import { expect } from "chai"
import type { LockStore } from "express-authjs"

/** A name no other test has used: stores may be shared. */
const unique = (name: string) => `${name}-${randomUUID()}`

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
}

/**
 * The contract of every lock store.
 *
 * @param create a store for one test; several may share one server
 */
export function lockContract(name: string, create: () => LockStore | Promise<LockStore>): void {
  describe(`the contract of lock stores: ${name}`, () => {
    let store: LockStore

    beforeEach(async () => {
      store = await create()
    })

    it("gives a lock to one, of fifty at once", async () => {
      const key = unique("account")
      const answers = await Promise.all(Array.from({ length: 50 }, async () => store.acquire(key, 30)))
      expect(answers.filter(Boolean)).to.have.length(1)
    })

    it("gives a lock again that was given back", async () => {
      const key = unique("account")
      for (let turn = 0; turn < 3; turn++) {
        const release = await store.acquire(key, 30)
        expect(release).to.be.a("function")
        expect(await store.acquire(key, 30)).to.equal(undefined)
        await release?.()
      }
    })

    it("keeps locks apart", async () => {
      const key = unique("account")
      expect(await store.acquire(key, 30)).to.be.a("function")
      expect(await store.acquire(`${key}x`, 30)).to.be.a("function")
      expect(await store.acquire(key.toUpperCase(), 30)).to.be.a("function")
    })

    it("frees a lock whose holder does not come back, who then gives nothing back", async () => {
      const key = unique("account")
      const late = await store.acquire(key, 0.03)
      expect(late).to.be.a("function")
      await until(async () => (await store.acquire(key, 30)) !== undefined)
      await late?.()
      expect(await store.acquire(key, 30)).to.equal(undefined)
    })

    it("keeps a value until its time has come", async () => {
      const key = unique("account")
      expect(await store.get(key)).to.equal(undefined)
      await store.set(key, "first", 30)
      await store.set(key, "Zoë 🦊", 30)
      expect(await store.get(key)).to.equal("Zoë 🦊")
      expect(await store.get(`${key}x`)).to.equal(undefined)
      await store.set(key, "short", 0.03)
      await until(async () => (await store.get(key)) === undefined)
    })

    it("keeps values and locks of one key apart", async () => {
      const key = unique("account")
      await store.set(key, "value", 30)
      const release = await store.acquire(key, 30)
      expect(release).to.be.a("function")
      expect(await store.get(key)).to.equal("value")
      await release?.()
      expect(await store.get(key)).to.equal("value")
    })

    it("takes values of 20 000 characters, and keys of 100", async () => {
      const key = unique("k").padEnd(100, "x")
      const value = "ü".repeat(20_000)
      await store.set(key, value, 30)
      expect(await store.get(key)).to.equal(value)
      expect(await store.acquire(key, 30)).to.be.a("function")
    })
  })
}
