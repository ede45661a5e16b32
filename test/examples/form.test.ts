import { readdir, readFile } from "node:fs/promises"
import { expect } from "chai"

const examples = new URL("../../examples/", import.meta.url)
const names = (await readdir(examples)).filter((name) => /\.(ts|cjs)$/.test(name))
const tests = await readdir(new URL(".", import.meta.url))

describe("every example", () => {
  for (const name of names)
    it(`is one file of at most 60 lines that opens with its question, and has a test: ${name}`, async () => {
      const source = await readFile(new URL(name, examples), "utf8")
      expect(source.trimEnd().split("\n")).to.have.lengthOf.at.most(60)
      expect(source).to.match(/^\/\/ [A-Z][^\n]*\?/)
      expect(tests).to.include.oneOf([".test.ts", ".slow.ts"].map((end) => name.replace(/\.(ts|cjs)$/, end)))
    })

  it("imports packages and what the examples own, and nothing else", async () => {
    const files = (await readdir(examples, { recursive: true })).filter(
      (name) => /\.(ts|cjs)$/.test(name) && !name.includes("node_modules"),
    )
    expect(files).to.include("support/openid-provider.ts")
    for (const file of files) {
      const source = await readFile(new URL(file, examples), "utf8")
      const paths = [...source.matchAll(/(?:from|import|require)\s*\(?"(\.[^"]*)"/g)].map(
        ([, path = ""]) => path,
      )
      for (const path of paths)
        expect(new URL(path, new URL(file, examples)).href, `${file}: ${path}`).to.include(examples.href)
    }
  })

  it("is counted", () => expect(names).to.have.lengthOf.above(10))
})
