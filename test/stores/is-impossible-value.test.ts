import { expect } from "chai"
import { isImpossibleValue } from "../../lib/stores/is-impossible-value.js"

/** An error with a number of causes below it, the last of which has these members. */
const nested = (depth: number, members: object): Error =>
  depth === 0
    ? Object.assign(new Error("refused"), members)
    : new Error("wrapped", { cause: nested(depth - 1, members) })

describe("isImpossibleValue", () => {
  for (const [name, members] of Object.entries({
    PostgreSQL: { code: "22P02" },
    MariaDB: { code: "ER_TRUNCATED_WRONG_VALUE" },
    "SQL Server": { code: "EREQUEST", number: 8169 },
    Prisma: { code: "P2023" },
  }))
    it(`recognises the error of ${name}, also as a cause`, () => {
      expect(isImpossibleValue(nested(0, members))).to.equal(true)
      expect(isImpossibleValue(nested(2, members))).to.equal(true)
      expect(isImpossibleValue({ message: "no Error", ...members })).to.equal(true)
    })

  it("ends with causes in a circle, and with any value thrown", () => {
    const circle = new Error("circle")
    circle.cause = circle
    for (const thrown of [circle, undefined, null, "22P02", 8169, { cause: null }, new Error("22P02")])
      expect(isImpossibleValue(thrown)).to.equal(false)
  })

  it("takes other faults for faults", () => {
    for (const members of [{ code: "42P01" }, { code: "ECONNREFUSED" }, { number: 208 }])
      expect(isImpossibleValue(nested(1, members))).to.equal(false)
  })
})
