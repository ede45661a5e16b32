import { expect } from "chai"
import { type LimiterStore, memoryLimiter } from "express-authjs"
import { ProcessMemory } from "../../lib/config/process-memory.js"
import { resolveLimits } from "../../lib/config/resolve-limits.js"
import { type Bucket, takeAll } from "../../lib/limits/bucket.js"

function createConfig(limiter?: LimiterStore) {
  const logger = { error: () => {}, warn: () => {}, debug: () => {} }
  const baseSecrets = ["a secret of at least thirty-two characters"] as const
  const memory = new ProcessMemory()
  return {
    adapter: undefined,
    limiter,
    limits: resolveLimits(),
    logger,
    memory,
    baseSecrets,
    tenant: undefined,
  }
}

const nameFromClient = (name: string, client: string): Bucket => ({
  name: "nameFromClient",
  of: ["password", name, client],
})
const ofClient = (client: string): Bucket => ({ name: "client", of: [client] })
const bucketsOf = (name: string, client: string): Bucket[] => [
  nameFromClient(name, client),
  ofClient(client),
  { name: "name", of: ["password", name] },
]

describe("takeAll", () => {
  it("S31: keeps a locked name locked through 50,500 refused tries at other names", async () => {
    const config = createConfig()
    const victim = bucketsOf("ada", "192.0.2.1")
    for (let turn = 0; turn < 10; turn++) expect(await takeAll(victim, config)).to.equal(undefined)
    const flood = (turn: number) => bucketsOf(`name ${turn}`, "198.51.100.7")
    for (let turn = 0; turn < 100; turn++) expect(await takeAll(flood(turn), config)).to.equal(undefined)
    for (let turn = 100; turn < 50_600; turn++)
      expect((await takeAll(flood(turn), config))?.bucket.name).to.equal("client")
    expect((await takeAll(victim, config))?.bucket).to.equal(victim[0])
  })

  it("S31: asks a store to write nothing for what it refuses", async () => {
    const calls: string[] = []
    const memory = memoryLimiter()
    const store: LimiterStore = {
      take: (...args) => {
        calls.push("take")
        return memory.take(...args)
      },
      peek: (...args) => memory.peek(...args),
      giveBack: () => void calls.push("giveBack"),
    }
    const config = createConfig(store)
    for (let turn = 0; turn < 10; turn++) await takeAll([nameFromClient("ada", "192.0.2.1")], config)
    calls.length = 0
    for (let turn = 0; turn < 100; turn++)
      expect((await takeAll(bucketsOf("ada", "192.0.2.1"), config))?.retryAfter).to.be.within(800, 900)
    expect(calls).to.deep.equal([])
  })

  it("counts all of a try or nothing, of many at once", async () => {
    const store = memoryLimiter()
    const config = createConfig(store)
    const tries = Array.from({ length: 60 }, () => takeAll(bucketsOf("ada", "192.0.2.1"), config))
    const outcomes = await Promise.all(tries)
    expect(outcomes.filter((refusal) => refusal === undefined)).to.have.length(10)
    const rest = Array.from({ length: 100 }, () => takeAll([ofClient("192.0.2.1")], config))
    expect((await Promise.all(rest)).filter((refusal) => refusal === undefined)).to.have.length(90)
  })

  it("S30: keeps counting in an outage where each request brings a store object of its own", async () => {
    const down = () => Promise.reject(new Error("connection lost"))
    const config = createConfig()
    let allowed = 0
    for (let turn = 0; turn < 15; turn++) {
      const limiter = { take: down, giveBack: down }
      if (!(await takeAll([nameFromClient("ada", "192.0.2.1")], { ...config, limiter }))) allowed++
    }
    expect(allowed).to.equal(10)
  })
})
