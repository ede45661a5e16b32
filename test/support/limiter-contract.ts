import { randomUUID } from "node:crypto"
import { expect } from "chai"
import type { LimiterStore } from "express-authjs"

/** A name no other test has used: stores may be shared. */
const unique = (name: string) => `${name}-${randomUUID()}`

const minute = { limit: 3, window: 60 }

/**
 * The contract of every limiter store.
 *
 * @param create a store for one test; several may share one server
 */
export function limiterContract(name: string, create: () => LimiterStore | Promise<LimiterStore>): void {
  describe(`the contract of limiter stores: ${name}`, () => {
    let store: LimiterStore

    beforeEach(async () => {
      store = await create()
    })

    /** Counts how many of a number of consecutive hits are allowed. */
    async function allowedOf(times: number, key: string, limit = minute): Promise<number> {
      let allowed = 0
      for (let turn = 0; turn < times; turn++) if ((await store.take(key, limit)).allowed) allowed++
      return allowed
    }

    /** Uses up a window of so many seconds, or a longer one if that is over too soon on a busy machine. */
    async function fillWindow(window: number) {
      const key = unique("passing")
      const limit = { limit: 2, window }
      const start = performance.now()
      const allowed = await allowedOf(3, key, limit)
      if (performance.now() - start > 900 * window) return fillWindow(2 * window)
      expect(allowed).to.equal(2)
      return { key, limit, start }
    }

    it("allows exactly as many as the limit says, of a hundred at once", async () => {
      const key = unique("many")
      const answers = await Promise.all(
        Array.from({ length: 100 }, async () => store.take(key, { limit: 7, window: 60 })),
      )
      expect(answers.filter(({ allowed }) => allowed)).to.have.length(7)
      for (const { allowed, retryAfter } of answers)
        expect(retryAfter).to.satisfy((seconds: number) =>
          allowed ? seconds === 0 : seconds > 0 && seconds <= 60,
        )
    })

    it("says in how many seconds there is room again", async () => {
      const key = unique("wait")
      expect(await store.take(key, { limit: 1, window: 900 })).to.deep.equal({ allowed: true, retryAfter: 0 })
      const { allowed, retryAfter } = await store.take(key, { limit: 1, window: 900 })
      expect(allowed).to.equal(false)
      expect(retryAfter).to.be.within(880, 900)
    })

    it("begins again when the window has passed, which refusals do not prolong", async () => {
      const { key, limit, start } = await fillWindow(0.2)
      while (!(await store.take(key, limit)).allowed) await new Promise((resolve) => setTimeout(resolve, 5))
      const milliseconds = limit.window * 1000
      expect(performance.now() - start).to.be.within(milliseconds - 50, milliseconds + 5000)
    })

    it("keeps keys apart", async () => {
      const key = unique("key")
      expect(await allowedOf(4, key)).to.equal(3)
      expect(await allowedOf(4, `${key}x`)).to.equal(3)
      expect(await allowedOf(4, key.toUpperCase())).to.equal(3)
    })

    it("has room for one more after one was given back, and no more than that", async () => {
      const key = unique("back")
      expect(await allowedOf(4, key)).to.equal(3)
      await store.giveBack(key)
      expect(await allowedOf(2, key)).to.equal(1)
    })

    it("takes nothing back that was never given", async () => {
      const key = unique("nothing")
      await store.giveBack(key)
      await store.take(key, minute)
      for (let turn = 0; turn < 3; turn++) await store.giveBack(key)
      expect(await allowedOf(5, key)).to.equal(3)
    })

    it("says what it would answer, and counts nothing by that", async () => {
      if (!store.peek) throw new Error("This limiter cannot peek")
      const key = unique("peek")
      for (let turn = 0; turn < 5; turn++)
        expect(await store.peek(key, minute)).to.deep.equal({ allowed: true, retryAfter: 0 })
      expect(await allowedOf(4, key)).to.equal(3)
      const { allowed, retryAfter } = await store.peek(key, minute)
      expect(allowed).to.equal(false)
      expect(retryAfter).to.be.within(50, 60)
      await store.giveBack(key)
      expect((await store.peek(key, minute)).allowed).to.equal(true)
      expect(await allowedOf(2, key)).to.equal(1)
    })

    it("has room where a window has passed, without being asked to count", async () => {
      const key = unique("passed")
      const limit = { limit: 1, window: 0.05 }
      await store.take(key, limit)
      const start = performance.now()
      while (!(await store.peek?.(key, limit))?.allowed)
        await new Promise((resolve) => setTimeout(resolve, 5))
      expect(performance.now() - start).to.be.below(5000)
    })

    it("begins a new window where all was given back", async () => {
      const key = unique("anew")
      await store.take(key, { limit: 1, window: 0.3 })
      await store.giveBack(key)
      await store.take(key, { limit: 1, window: 60 })
      expect((await store.take(key, { limit: 1, window: 60 })).retryAfter).to.be.within(50, 60)
    })

    it("follows a limit that was lowered or raised meanwhile", async () => {
      const key = unique("changed")
      expect(await allowedOf(4, key)).to.equal(3)
      expect(await allowedOf(1, key, { limit: 2, window: 60 })).to.equal(0)
      expect(await allowedOf(3, key, { limit: 5, window: 60 })).to.equal(2)
    })

    it("takes keys of 100 characters", async () => {
      expect(await allowedOf(4, unique("k").padEnd(100, "x"))).to.equal(3)
    })
  })
}
