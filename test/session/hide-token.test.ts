import { inspect } from "node:util"
import { expect } from "chai"
import { hideToken } from "../../lib/session/hide-token.js"
import { processorTime } from "../support/processor-time.js"

const token = "5f0c1c1e-8d5e-4c39-9d7c-0b1f6b1a2c3d"
const print = (error: unknown) => inspect(error, { depth: 20, showHidden: true })

/** A query builder's error about a driver's error. */
function failedQuery() {
  const cause = Object.assign(new Error(`no such row: "${token}"`), {
    sql: `select '${token}'`,
    code: "42P01",
  })
  const error = new TypeError(`Failed query: ${token} and ${token}`, { cause: { err: cause } })
  return Object.assign(error, { params: [token, 1], command: { name: "get", args: [`session:${token}`] } })
}

describe("hideToken", () => {
  it("removes a token from the message, stack, members and causes of an error", () => {
    const error = failedQuery()
    hideToken(error, token)
    expect(error)
      .to.be.instanceOf(TypeError)
      .and.have.property("message", "Failed query: [hidden] and [hidden]")
    expect(error).to.deep.include({ params: ["[hidden]", 1] })
    expect(error).to.have.nested.property("cause.err.code", "42P01")
    expect(print(error)).not.to.include(token.slice(0, 12))
  })

  it("removes several tokens", () => {
    const error = new Error(`first-token-of-two, second-token-of-two`)
    hideToken(error, "first-token-of-two", undefined, "second-token-of-two")
    expect(error.message).to.equal("[hidden], [hidden]")
  })

  it("removes a token that the database cut off", () => {
    const error = new Error(`Incorrect uuid value: '${token.slice(0, 20)}...' for column`)
    hideToken(error, token)
    expect(error.message).to.equal("Incorrect uuid value: '[hidden]...' for column")
  })

  it("ends with causes in a circle, and with any value thrown", () => {
    const error = new Error(token)
    error.cause = { err: Object.freeze(new Error("frozen")), again: error }
    hideToken(error, token)
    expect(error.message).to.equal("[hidden]")
    for (const thrown of [undefined, null, token, 1, () => {}, { message: token }, Object.freeze([token])])
      expect(() => hideToken(thrown, token)).not.to.throw()
  })

  it("removes a token from frozen members, which a query builder may share", () => {
    const params = Object.freeze([token])
    const query = Object.freeze({ sql: token, params, again: Object.freeze({ params }) })
    const error = Object.assign(new Error("failed"), { query, params })
    hideToken(error, token)
    expect(print(error)).not.to.include(token)
    expect(error.query.again).to.deep.equal({ params: ["[hidden]"] })
    expect(params).to.deep.equal([token])
  })

  it("takes little time for an error with many rows", async () => {
    const rows = Array.from({ length: 1_000_000 }, (_, index) => index)
    const error = Object.assign(new Error(token), { rows })
    expect(await processorTime(() => hideToken(error, token))).to.be.below(1000)
    expect(error.message).to.equal("[hidden]")
  })

  it("leaves connections alone, and words as short as a junk cookie", () => {
    class Connection {
      readonly last = token
    }
    const error = Object.assign(new Error("a row"), { client: new Connection() })
    hideToken(error, token)
    hideToken(error, "a")
    hideToken(error, "")
    expect(error.client.last).to.equal(token)
    expect(error.message).to.equal("a row")
  })
})
