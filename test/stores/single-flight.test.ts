import { expect } from "chai"
import { singleFlight } from "../../lib/stores/single-flight.js"

describe("singleFlight", () => {
  it("runs once for concurrent callers, and again for later ones", async () => {
    let runs = 0
    const share = singleFlight<number>()
    const work = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return ++runs
    }
    expect(await Promise.all([share("a", work), share("a", work), share("b", work)])).to.deep.equal([1, 1, 2])
    expect(await share("a", work)).to.equal(3)
  })

  it("shares a failure, and forgets it", async () => {
    const share = singleFlight<number>()
    const fail = () => Promise.reject(new Error("no"))
    const results = await Promise.allSettled([share("a", fail), share("a", async () => 1)])
    expect(results.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"])
    expect(await share("a", async () => 1)).to.equal(1)
  })
})
