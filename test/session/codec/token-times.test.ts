import { mock } from "node:test"
import { decode as coreDecode } from "@auth/core/jwt"
import { expect } from "chai"
import { decodeToken, encodeToken, readClaims } from "../../../lib/session/codec/token-codec.js"
import { makeToken } from "../make-token.js"

const secret = "a secret of at least thirty-two characters"
const salt = "authjs.session-token"
const keys = { secrets: [secret], salt }

describe("the times of a token", () => {
  const time = 1_800_000_000

  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: time * 1000 + 999 }))
  afterEach(() => mock.timers.reset())

  it("are tolerated 15 seconds, to the second as core does", async () => {
    for (const maxAge of [-3600, -16, -15, -14.5, -14, -1, 0, 1]) {
      const token = encodeToken({}, { ...keys, maxAge })
      const core = await coreDecode({ token, secret, salt }).then(
        () => "valid",
        () => "expired",
      )
      expect(decodeToken(token, keys).status, String(maxAge))
        .to.equal(core)
        .and.equal(maxAge > -15 ? "valid" : "expired")
    }
  })

  it("include nbf", () => {
    expect(decodeToken(encodeToken({ nbf: time + 15 }, keys), keys).status).to.equal("valid")
    expect(decodeToken(encodeToken({ nbf: time + 16 }, keys), keys).status).to.equal("invalid")
  })

  it("are optional", async () => {
    expect(decodeToken(await makeToken("{}", { secret, salt }), keys)).to.have.property("status", "valid")
  })

  it("are checked again on a kept plaintext", () => {
    const decoded = decodeToken(encodeToken({ sub: "1" }, { ...keys, maxAge: 60 }), keys)
    const plaintext = decoded.status === "valid" ? decoded.plaintext : ""
    expect(readClaims(plaintext)).to.deep.equal(decoded)
    mock.timers.tick(74_000)
    expect(readClaims(plaintext).status).to.equal("valid")
    mock.timers.tick(1000)
    expect(readClaims(plaintext)).to.deep.equal({ status: "expired" })
  })
})
