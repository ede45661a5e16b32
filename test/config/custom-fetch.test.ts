import { customFetch as coreCustomFetch } from "@auth/core"
import { expect } from "chai"
import { customFetch } from "express-authjs"

describe("customFetch", () => {
  it("is core's own symbol", () => {
    expect(customFetch).to.equal(coreCustomFetch)
  })
})
