import { expect } from "chai"
import { describeDevice } from "../../lib/http/describe-device.js"

describe("describeDevice", () => {
  it("says browser and system", async () => {
    const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    expect(await describeDevice(firefox)).to.equal("Firefox on Windows")
    expect(await describeDevice(" ")).to.equal("Unknown device")
  })

  it("contains nothing that a stranger wrote (S54)", async () => {
    for (const agent of ["Call +1-800-555-0100/1.0 x", "<b>evil.example</b>/1 (y)", "\u202eabc/1 x"])
      expect(await describeDevice(agent)).to.equal("Unknown device")
    const pc = "Visit evil.example/1 (Windows NT 10.0; evil.example)"
    expect(await describeDevice(pc)).to.equal("Windows")
  })

  it("is short, whatever a stranger sends", async () => {
    for (const agent of ["a".repeat(15_000), `${"a".repeat(400)}/1.0 x`, `${"(".repeat(15_000)}/1 `])
      expect(await describeDevice(agent)).to.have.length.at.most(100)
  })
})
