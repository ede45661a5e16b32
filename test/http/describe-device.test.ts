import { expect } from "chai"
import { describeDevice } from "../../lib/http/describe-device.js"

describe("describeDevice", () => {
  it("says browser and system", async () => {
    const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    expect(await describeDevice(firefox)).to.equal("Firefox on Windows")
    expect(await describeDevice(" ")).to.equal("Unknown device")
  })

  it("is short, whatever a stranger sends", async () => {
    for (const agent of ["a".repeat(15_000), `${"a".repeat(400)}/1.0 x`, `${"(".repeat(15_000)}/1 `])
      expect(await describeDevice(agent)).to.have.length.at.most(100)
  })
})
