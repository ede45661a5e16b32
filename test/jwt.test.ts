import * as core from "@auth/core/jwt"
import { expect } from "chai"
import { decode, encode } from "express-authjs/jwt"

const params = { secret: "a secret of at least thirty-two characters", salt: "authjs.session-token" }

describe("express-authjs/jwt", () => {
  it("reads what @auth/core/jwt wrote, and is read by it", async () => {
    const ours = await encode({ ...params, token: { sub: "ada" } })
    const cores = await core.encode({ ...params, token: { sub: "grace" } })
    expect(await core.decode({ ...params, token: ours })).to.include({ sub: "ada" })
    expect(await decode({ ...params, token: cores })).to.include({ sub: "grace" })
  })

  it("answers null for no token and rejects one that does not count, as core does", async () => {
    expect(await decode(params)).to.equal(null)
    const outcomes = await Promise.allSettled([
      decode({ ...params, token: "junk" }),
      core.decode({ ...params, token: "junk" }),
    ])
    expect(outcomes.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"])
  })

  it("is not core's own code", () => {
    expect(decode).to.not.equal(core.decode)
    expect(encode).to.not.equal(core.encode)
  })
})
