import { readdir, readFile } from "node:fs/promises"
import { expect } from "chai"

/** The rows of our list of attacks that are covered so far: S1 to S44. */
const rows = Array.from({ length: 44 }, (_, index) => `S${index + 1}`)

describe("the rows of the list of attacks", () => {
  let titles: string[]

  before(async () => {
    titles = await readTitles(new URL("../", import.meta.url))
  })

  for (const row of rows)
    it(`names ${row} in the title of a test`, () => {
      const named = titles.filter((title) => new RegExp(`\\b${row}\\b`).test(title))
      expect(named).to.not.be.empty
    })
})

/** The string literals in all other test files that name a row: titles, and the rows of tables that titles are built from. */
async function readTitles(folder: URL): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const tests = names.filter((name) => /\.(?:test|slow)\.ts$/.test(name) && name !== "security/rows.test.ts")
  const sources = await Promise.all(tests.map((name) => readFile(new URL(name, folder), "utf8")))
  return sources.flatMap((source) => source.match(/(["`])(?:(?!\1).)*\bS\d+\b(?:(?!\1).)*\1/g) ?? [])
}
