import { readFile } from "node:fs/promises"
import { expect } from "chai"

describe("S25: advisories of dependencies", () => {
  it("fail CI: its last step is npm audit of the runtime dependencies", async () => {
    const script = await readFile(new URL("../../.ci/run", import.meta.url), "utf8")
    expect(script).to.include("report=$(npm audit --omit=dev 2>&1)")
    expect(script.trim().split("\n").slice(-2)).to.deep.equal(['step "Audit"', "audit"])
  })
})
