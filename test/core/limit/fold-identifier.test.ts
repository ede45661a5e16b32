import { expect } from "chai"
import { foldIdentifier } from "../../../lib/core/limit/fold-identifier.js"

describe("foldIdentifier", () => {
  const same: string[][] = [
    ["ada", "ADA", " ada ", "ａｄａ", "a\u200bda", "a\u00adda", "ada\0", "a da"],
    [
      "ada@example.com",
      "Ada@EXAMPLE.com",
      "ada+shop@example.com",
      "ada+@example.com.",
      "ada\uff20example.com",
    ],
    ["ada@bücher.example", "ada@xn--bcher-kva.example", "ada@BÜCHER.example", "ada@bu\u0308cher.example"],
    ["adalovelace@gmail.com", "ada.lovelace@gmail.com", "A.d.alovelace+x@googlemail.com"],
    ["+49 170 123", "+49170123"],
  ]
  for (const [first = "", ...others] of same)
    it(`S15: counts ${JSON.stringify(others)} as ${first}`, () => {
      for (const other of others) expect(foldIdentifier(other)).to.equal(foldIdentifier(first))
    })

  it("keeps people apart", () => {
    const all = [
      "ada",
      "ada@example.com",
      "ada@example.org",
      "ada.l@example.com",
      "adal@example.com",
      "+ada@example.com",
      "a@b@c",
      "",
    ]
    expect(new Set(all.map(foldIdentifier)).size).to.equal(all.length)
  })

  it("answers quickly, however long the text", () => {
    const start = performance.now()
    foldIdentifier(`${"+".repeat(50_000)}@${"a.".repeat(50_000)}`)
    foldIdentifier(`a${" ".repeat(100_000)}b`)
    expect(performance.now() - start).to.be.below(500)
  })
})
