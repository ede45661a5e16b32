import { expect } from "chai"
import { summarizeForm } from "../../lib/pages/form-summary.js"

const labelsOf = (...names: string[]) =>
  summarizeForm(names.map((name) => [name, "x"] as const)).rows.map(({ label }) => label)

describe("summarizeForm", () => {
  it("makes labels of names", () => {
    const names = ["sum", "toAccount", "to_account", "to[account]", "rows[0][n]", "IBAN", "[]", "é"]
    expect(labelsOf(...names)).to.deep.equal([
      ...["Sum", "To account", "To account", "To account", "Rows 0 n", "IBAN", "[]", "É"],
    ])
  })

  it("keeps secrets off the screen", () => {
    const names = ["password", "newPassword", "pass_word2", "PASSPHRASE", "pwd", "user_pin", "userPin", "otp"]
    const others = [
      "one-time-code",
      "code",
      "securityCode",
      "cvc",
      "card[number]",
      "apiToken",
      "clientSecret",
    ]
    for (const name of [...names, ...others])
      expect(summarizeForm([[name, "hunter22"]]).rows, name)
        .to.have.lengthOf(1)
        .and.satisfy(([row]: object[]) => !("value" in (row ?? {})))
  })

  it("shows what only looks like one", () => {
    for (const name of ["postal_code", "country-code", "shipping", "opinion", "sum"])
      expect(summarizeForm([[name, "x"]]).rows[0], name).to.include({ value: "x" })
  })

  it("omits empty fields", () => {
    expect(labelsOf("_csrf", "csrfToken", "authenticity_token", "_method", "utf8", "sum")).to.deep.equal([
      "Sum",
    ])
    expect(summarizeForm([["sum", ""]])).to.deep.equal({ rows: [], more: 0 })
  })

  it("shows the beginning of what is long, and says how much there is", () => {
    const fields = Array.from({ length: 25 }, (_, index) => [`f${index}`, "🙂".repeat(300)] as const)
    const { rows, more } = summarizeForm(fields)
    expect([rows.length, more]).to.deep.equal([20, 5])
    expect(rows[0]?.value).to.equal(`${"🙂".repeat(200)}…`)
    expect(labelsOf("x".repeat(100))[0]).to.have.lengthOf(61)
  })
})
