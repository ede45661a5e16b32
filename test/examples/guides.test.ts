import { readdir, readFile } from "node:fs/promises"
import { expect } from "chai"

const root = new URL("../../", import.meta.url)
const read = (path: string) => readFile(new URL(path, root), "utf8")
const examples = (await readdir(new URL("examples/", root))).filter((name) => /\.(ts|cjs)$/.test(name))
const guides = (await readdir(new URL("docs/guides/", root))).map((name) => `docs/guides/${name}`)

/** Guides without a link to an example at their top, and why. */
const exceptions: Readonly<Record<string, string>> = {
  "docs/guides/account.md": "does not link to own-account.ts yet",
  "docs/guides/languages.md": "does not link to languages.ts yet",
  "docs/guides/observability.md": "links to opentelemetry.ts where it comes to traces",
  "docs/guides/testing.md": "is about tests: links to those of examples/notes",
}

/** What a reader sees before scrolling. */
const screenful = 30

describe("examples of the guides", () => {
  for (const guide of [...guides, "docs/concepts/tenants.md"].filter((path) => !exceptions[path]))
    it(`${guide} links to one in its first ${screenful} lines`, async () => {
      const top = (await read(guide)).split("\n").slice(0, screenful).join("\n")
      expect(top).to.match(/\]\(\.\.\/\.\.\/examples\/[\w.-]+\)/)
    })

  it("are missing for guides only that exist", () => {
    expect(guides).to.include.members(Object.keys(exceptions))
  })

  it("exist, wherever the documentation links to one", async () => {
    const pages = (await readdir(new URL("docs/", root), { recursive: true })).filter((path) =>
      path.endsWith(".md"),
    )
    const known = await readdir(new URL("examples/", root), { recursive: true })
    for (const page of pages)
      for (const [, path = ""] of (await read(`docs/${page}`)).matchAll(/\]\([./]*\/examples\/([^)#]+)\)/g))
        expect(known, page).to.include(path)
  })

  it("are each listed in their README with their question", async () => {
    const readme = await read("examples/README.md")
    for (const name of examples) {
      const [, question] = /^\/\/ ([^?]*\?)/.exec(await read(`examples/${name}`)) ?? []
      expect(readme).to.include(`| [${name}](${name}) | ${question} |`)
    }
  })
})
