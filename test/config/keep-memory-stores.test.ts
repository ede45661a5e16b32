import { expect } from "chai"
import { type ExpressAuthConfig, memoryLimiter } from "express-authjs"
import { ProcessMemory } from "../../lib/config/process-memory.js"
import { resolveChosenConfig } from "../../lib/config/resolve-config.js"
import { credentialsConfig } from "../support/credentials-app.js"

describe("keepMemoryStores", () => {
  const memory = new ProcessMemory({ isOfFunction: true })
  /** As a function returns it for each request: everything new. */
  const limiterOf = (tenant: string) => {
    const config: ExpressAuthConfig = credentialsConfig({ tenant, limiter: memoryLimiter() })
    return resolveChosenConfig(config, memory).limiter
  }

  it("keeps the stores of tenants in use, however many others come", () => {
    const [used, idle] = [limiterOf("used"), limiterOf("idle")]
    expect(used).to.not.equal(idle)
    for (let number = 0; number < 2500; number++) {
      limiterOf(`other ${number}`)
      if (number % 400 === 0) expect(limiterOf("used"), `${number}`).to.equal(used)
    }
    expect(limiterOf("used")).to.equal(used)
    expect(limiterOf("idle"), "Memory is bounded").to.not.equal(idle)
  })
})
