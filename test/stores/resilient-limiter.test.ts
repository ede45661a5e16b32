import { expect } from "chai"
import type { LimiterStore } from "express-authjs"
import { memoryLimiter } from "express-authjs"
import { database, migrate, sqlLimiter } from "express-authjs/database"
import { RateLimitError } from "express-authjs/errors"
import pg from "pg"
import { resilientLimiter } from "../../lib/stores/resilient-limiter.js"
import { postgres } from "../database/servers.js"
import { limiterContract } from "../support/limiter-contract.js"
import { until } from "../support/until.js"

const quiet = { onFailure: () => {} }
const twice = { limit: 2, window: 60 }
const failing = (fail: () => never | Promise<never>): LimiterStore => ({
  take: fail,
  giveBack: fail,
})

limiterContract("resilientLimiter", () => resilientLimiter(memoryLimiter(), quiet))

for (const [name, fail] of [
  ["rejects", () => Promise.reject(new Error("connection lost"))],
  [
    "throws",
    () => {
      throw new Error("connection lost")
    },
  ],
] as const)
  describe(`resilientLimiter, while its store ${name}`, () => {
    limiterContract(`a store that ${name}`, () => resilientLimiter(failing(fail), quiet))

    it("reports a failure once for many concurrent requests", async () => {
      const failures: unknown[] = []
      const limiter = resilientLimiter(failing(fail), { onFailure: (error) => failures.push(error) })
      await Promise.all(Array.from({ length: 20 }, async () => limiter.take("a", twice)))
      await limiter.take("a", twice)
      expect(failures.map(String)).to.deep.equal(["Error: connection lost"])
    })
  })

describe("resilientLimiter", () => {
  it("does without a store that never answers, and waits for it once", async () => {
    const failures: unknown[] = []
    let asked = 0
    const never = failing(() => {
      asked++
      return new Promise<never>(() => {})
    })
    const limiter = resilientLimiter(never, { onFailure: (error) => failures.push(error), timeout: 300 })
    const answers = await Promise.all([1, 2, 3].map(() => limiter.take("a", twice)))
    expect(answers.filter(({ allowed }) => allowed)).to.have.length(1)
    expect(failures.map(String)).to.deep.equal([
      "Error: The limiter store did not respond within 0.3 seconds",
    ])
    expect(asked).to.equal(3)
    await limiter.take("a", twice)
    expect(asked, "it is not asked again, so it is not waited for").to.equal(3)
  })

  it("S44: allows a tenth while a store is silent, beside what was counted before", async () => {
    const store = memoryLimiter()
    let isSilent = false
    const take: LimiterStore["take"] = (...args) =>
      isSilent ? new Promise<never>(() => {}) : store.take(...args)
    const { giveBack } = store
    const limiter = resilientLimiter({ take, giveBack }, { ...quiet, timeout: 300 })
    const twenty = { limit: 20, window: 60 }
    const allowedOf = async (tries: number) => {
      let allowed = 0
      for (let turn = 0; turn < tries; turn++) if ((await limiter.take("a", twenty)).allowed) allowed++
      return allowed
    }
    expect(await allowedOf(5)).to.equal(5)
    isSilent = true
    expect(await allowedOf(10)).to.equal(2)
    isSilent = false
    await later(6000, async () => expect(await allowedOf(20)).to.equal(13))
  })

  it("asks the store again after a while, and goes on from what it had counted itself until then", async () => {
    const { store, limiter, outage } = breakable()
    await limiter.take("a", twice)
    outage.on = "all"
    expect((await limiter.take("a", twice)).allowed).to.equal(true)
    outage.on = undefined
    expect((await limiter.take("a", twice)).allowed).to.equal(false)
    await later(6000, async () => {
      expect((await limiter.take("b", twice)).allowed).to.equal(true)
      expect((await limiter.take("a", twice)).allowed).to.equal(false)
    })
    expect(store.take("a", twice).allowed, "the store has been told").to.equal(false)
  })

  it("S44: gives a name that another process has locked no new tries in an outage", async () => {
    const { store, limiter, outage } = breakable()
    for (let turn = 0; turn < 2; turn++) store.take("a", twice)
    expect((await limiter.peek("a", twice)).allowed).to.equal(false)
    outage.on = "all"
    expect((await limiter.take("a", twice)).allowed).to.equal(false)
    expect((await limiter.take("b", twice)).allowed).to.equal(true)
  })

  it("S44: gives nothing back to the store that it had not counted there", async () => {
    const { store, limiter, outage } = breakable()
    store.take("a", twice)
    outage.on = "all"
    await limiter.take("a", twice)
    outage.on = undefined
    await later(6000, () => limiter.giveBack("a"))
    store.take("a", twice)
    expect(store.take("a", twice).allowed).to.equal(false)
  })

  it("S44: refuses what a slow store had no time for, and goes on asking it", async () => {
    const store = memoryLimiter()
    const failures: unknown[] = []
    const slow = oneAfterTheOther(store, 40)
    const processes = [1, 2, 3, 4].map(() =>
      resilientLimiter(slow, { onFailure: (error) => failures.push(error), timeout: 400 }),
    )
    const tries = Array.from({ length: 60 }, async (_, turn) =>
      processes[turn % 4]?.take("a", { limit: 10, window: 60 }),
    )
    const outcomes = await Promise.allSettled(tries)
    const allowed = outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value?.allowed)
    const busy = outcomes.filter(({ status }) => status === "rejected")
    expect(allowed.length).to.be.within(1, 10)
    expect(busy.length).to.be.above(0)
    for (const outcome of busy) expect(outcome).to.have.nested.property("reason.code", "ERR_AUTH_RATE_LIMIT")
    expect(failures).to.deep.equal([])
  })

  it("S44: does not count a try that it refused because the answer came too late", async () => {
    const store = memoryLimiter()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let isHeld = true
    const take: LimiterStore["take"] = async (key, limit) => {
      if (isHeld && key === "a") await held
      return store.take(key, limit)
    }
    const limiter = resilientLimiter({ ...store, take }, { ...quiet, timeout: 200 })
    const late = limiter.take("a", twice).catch((error: unknown) => error)
    await limiter.take("b", twice)
    expect(await late).to.have.property("retryAfter", 5)
    isHeld = false
    release()
    await held
    while (store.peek("a", { limit: 1, window: 60 }).allowed === false) await new Promise(setImmediate)
    expect((await limiter.take("a", twice)).allowed).to.equal(true)
    expect((await limiter.take("a", twice)).allowed).to.equal(true)
  })

  describe("S44: a store that answers reads and refuses writes", () => {
    it("locks no user out, and limits guesses as one process would", async () => {
      const failures: unknown[] = []
      const { limiter, outage } = breakable({ onFailure: (error) => failures.push(error) })
      outage.on = "writes"
      const signIn = async (name: string) =>
        (await limiter.peek(name, twice)).allowed ? limiter.take(name, twice) : undefined
      const users = await Promise.all(Array.from({ length: 100 }, (_, user) => signIn(`user-${user}`)))
      expect(users.filter((answer) => answer?.allowed)).to.have.length(100)
      const guesses = await Promise.all(Array.from({ length: 50 }, () => signIn("victim")))
      expect(guesses.filter((answer) => answer?.allowed)).to.have.length(2)
      expect(failures.map(String)).to.deep.equal(["Error: down"])
    })

    it("keeps a name locked that another process has locked", async () => {
      const { store, limiter, outage } = breakable()
      outage.on = "writes"
      await limiter.take("b", twice)
      for (let turn = 0; turn < 2; turn++) store.take("a", twice)
      expect((await limiter.peek("a", twice)).allowed).to.equal(false)
      expect((await limiter.take("a", twice)).allowed, "for later requests too").to.equal(false)
    })

    it("is back when a write is answered, and not when a read is", async () => {
      const failures: unknown[] = []
      const { store, limiter, outage } = breakable({ onFailure: (error) => failures.push(error) })
      outage.on = "writes"
      await limiter.take("a", twice)
      await later(6000, async () => {
        await limiter.peek("b", twice)
        await limiter.take("a", twice)
        expect((await limiter.peek("a", twice)).allowed).to.equal(false)
      })
      expect(failures, "it is one outage").to.have.length(1)
      outage.on = undefined
      await later(12_000, async () => {
        expect((await limiter.peek("a", twice)).allowed, "lets one request ask").to.equal(true)
        await limiter.take("c", twice)
        await limiter.take("a", twice)
      })
      expect(store.take("a", twice).allowed, "the store has been told").to.equal(false)
    })

    it("asks again for the one name that is in use", async () => {
      const { limiter, outage } = breakable()
      outage.on = "all"
      for (let turn = 0; turn < 3; turn++) await limiter.take("a", twice)
      outage.on = undefined
      await later(6000, async () => {
        expect((await limiter.peek("a", { limit: 3, window: 60 })).allowed).to.equal(true)
        expect((await limiter.take("a", { limit: 3, window: 60 })).allowed).to.equal(true)
      })
    })
  })

  it("waits once for a store that answers nothing, with reads before writes", async () => {
    let asked = 0
    const never = () => {
      asked++
      return new Promise<never>(() => {})
    }
    const limiter = resilientLimiter(
      { take: never, peek: never, giveBack: never },
      { ...quiet, timeout: 300 },
    )
    await limiter.peek("a", twice)
    await limiter.take("a", twice)
    expect(asked).to.equal(1)
  })

  it("makes no more than eight calls at once", async () => {
    let [now, most] = [0, 0]
    const take: LimiterStore["take"] = async () => {
      most = Math.max(most, ++now)
      await new Promise(setImmediate)
      now--
      return { allowed: true, retryAfter: 0 }
    }
    const limiter = resilientLimiter({ ...memoryLimiter(), take }, quiet)
    await Promise.all(Array.from({ length: 100 }, () => limiter.take("a", twice)))
    expect(most).to.equal(8)
  })
})

/** A limiter whose store fails while `outage.on`: in all that it is asked, or in writes alone. */
function breakable(options: { onFailure(error: unknown): void } = quiet) {
  const store = memoryLimiter()
  const outage: { on?: "all" | "writes" | undefined } = {}
  const reached = (isWrite = true) => {
    if (outage.on === "all" || (outage.on === "writes" && isWrite)) throw new Error("down")
    return store
  }
  const shared: LimiterStore = {
    take: (...args) => reached().take(...args),
    peek: (...args) => reached(false).peek(...args),
    giveBack: (key) => reached().giveBack(key),
  }
  return { store, outage, limiter: resilientLimiter(shared, options) }
}

/** A store that does one thing at a time, each in so many milliseconds. */
function oneAfterTheOther(store: LimiterStore, milliseconds: number): LimiterStore {
  let last: Promise<unknown> = Promise.resolve()
  const queue = <Value>(call: () => Value | Promise<Value>): Promise<Value> => {
    const done = last.then(() => new Promise((resolve) => setTimeout(resolve, milliseconds))).then(call)
    last = done.catch(() => {})
    return done
  }
  return {
    take: (key, limit) => queue(() => store.take(key, limit)),
    giveBack: (key) => queue(() => store.giveBack(key)),
  }
}

/** Runs something as if so many milliseconds had gone by. */
async function later<Value>(milliseconds: number, run: () => Promise<Value>): Promise<Value> {
  const { now } = performance
  try {
    performance.now = () => now.call(performance) + milliseconds
    return await run()
  } finally {
    performance.now = now
  }
}

if (postgres) {
  const server = postgres
  const closing: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })
  it("S44: a database that exceeds a short timeout of its own is slow, so a burst passes no guess", async () => {
    const { url, drop } = await server()
    const db = database(url, { timeout: 500 })
    await migrate(db)
    const other = new pg.Client(url)
    closing.push(
      drop,
      () => db.close(),
      () => other.end(),
    )
    await other.connect()
    await other.query("begin; lock table express_authjs_limits in access exclusive mode")
    const failures: unknown[] = []
    const limiter = resilientLimiter(sqlLimiter(db), { onFailure: (error) => failures.push(error) })
    const answers = await Promise.allSettled(Array.from({ length: 40 }, () => limiter.take("a", twice)))
    for (const answer of answers) expect(answer).to.have.property("reason").that.is.instanceOf(RateLimitError)
    await other.query("rollback")
    // A busy machine may take longer than that timeout for a connection.
    await until(
      async () => (await Promise.resolve(limiter.take("b", twice)).catch(() => undefined))?.allowed === true,
    )
    expect(failures).to.deep.equal([])
  })
}
