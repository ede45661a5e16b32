import { readFileSync } from "node:fs"
import { expect } from "chai"
import { generateFixes } from "../../scripts/generate-fixes.js"

describe("views/fixes.json", () => {
  it("says what docs/reference/errors.md says: run `npm run fixes`", () => {
    const file = readFileSync(new URL("../../views/fixes.json", import.meta.url), "utf8")
    expect(file).to.equal(generateFixes())
  })
})
