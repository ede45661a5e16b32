import { expect } from "chai"
import { ProcessMemory, perSource, warnOnce } from "../../lib/config/process-memory.js"
import { recordingLogger } from "../support/recording-logger.js"

describe("perSource", () => {
  it("makes one value for each memory, from the configuration that asks first", () => {
    const nameOf = perSource(({ name }: { memory: ProcessMemory; name: string }) => ({ name }))
    const [memory, other] = [new ProcessMemory(), new ProcessMemory()]
    const first = nameOf({ memory, name: "first" })
    expect(nameOf({ memory, name: "second" })).to.equal(first)
    expect(nameOf({ memory: other, name: "other" })).to.deep.equal({ name: "other" })
  })
})

describe("warnOnce", () => {
  it("logs a message once for each memory", () => {
    const { logger, warnings } = recordingLogger()
    const [memory, other] = [new ProcessMemory(), new ProcessMemory()]
    warnOnce({ memory, logger }, { code: "a", message: "one" })
    warnOnce({ memory, logger }, { code: "a", message: "one" })
    warnOnce({ memory, logger }, { code: "a", message: "two" })
    warnOnce({ memory: other, logger }, { code: "a", message: "one" })
    expect(warnings).to.deep.equal([
      ["a", "one"],
      ["a", "two"],
      ["a", "one"],
    ])
  })
})
