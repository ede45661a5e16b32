import { existsSync } from "node:fs"
import { readdir, readFile } from "node:fs/promises"
import { expect } from "chai"
import { optionNames } from "../lib/config/options.js"

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), "utf8")

describe("what the documentation lists", () => {
  it("has a section for every option, and no other", async () => {
    const headings = [...(await read("docs/reference/configuration.md")).matchAll(/^### (\w+)$/gm)].map(
      ([, name]) => name,
    )
    expect(headings.sort()).to.deep.equal([...optionNames].sort())
  })

  it("has a section for every error code, and no other", async () => {
    const codes = [...(await read("lib/errors.ts")).matchAll(/^ {2}\| "(\w+)"$/gm)].map(([, code]) => code)
    const headings = [...(await read("docs/reference/errors.md")).matchAll(/^## (\w+)$/gm)].map(
      ([, code]) => code,
    )
    expect(codes).to.have.lengthOf.above(20)
    expect(headings.sort()).to.deep.equal(codes.sort())
  })

  it("has every code that pages of the app's own get", async () => {
    const source = await read("lib/replies/failure.ts")
    const own = [...source.matchAll(/error: (?:[^"\n]*\? )?"(\w+)"/g)].map(([, code]) => code)
    const core = [...source.matchAll(/^ {2}(\w+): 4\d\d,$/gm)].map(([, code]) => code)
    expect(own).to.include.members(["Configuration", "MissingCSRF", "BadRequest"])
    expect(core).to.include("OAuthAccountNotLinked")
    const guide = await read("docs/reference/page-errors.md")
    const missing = [...own, ...core].filter((code) => !guide.includes(`\`${code}\``))
    expect(missing).to.deep.equal([])
  })

  it("has every message of diagnostics, and every field of it", async () => {
    const source = await read("lib/diagnostics/messages.ts")
    const names = [...source.matchAll(/^ {2}(?:"([\w-]+)"|(\w+)): (\w+Message)$/gm)]
    expect(names).to.have.lengthOf.above(11)
    const reference = await read("docs/reference/diagnostics.md")
    const sections = new Map(
      reference.split(/^### /m).map((section) => [section.slice(0, section.indexOf("\n")), section]),
    )
    expect([...sections.keys()].slice(1).sort()).to.deep.equal(names.map(([, a, b]) => a ?? b).sort())
    for (const [, quoted, plain = "", type] of names) {
      const [, body = ""] = new RegExp(`interface ${type}[^{]*\\{\n([^}]*)\\}`).exec(source) ?? []
      const fields = [...body.matchAll(/readonly (\w+)\??:/g)].map(([, field]) => field)
      expect(fields, type).to.not.be.empty
      const section = sections.get(quoted ?? plain) ?? ""
      expect(fields.filter((field) => !section.includes(`\`${field}\``))).to.deep.equal([])
    }
  })

  it("says of every dependency why it is there", async () => {
    const { dependencies, devDependencies } = JSON.parse(await read("package.json"))
    const contributing = await read("CONTRIBUTING.md")
    const reasons = (title: string) => {
      const section = contributing.split(/^### /m).find((part) => part.startsWith(`${title}\n`)) ?? ""
      return [...section.matchAll(/^- `([^`]+)`/gm)].map(([, name]) => name)
    }
    const hint = "CONTRIBUTING.md, Why each dependency"
    expect(reasons("At run time").sort(), hint).to.deep.equal(Object.keys(dependencies).sort())
    expect(reasons("For development").sort(), hint).to.deep.equal(Object.keys(devDependencies).sort())
  })

  it("maps every room of lib, and no file or folder that is not there", async () => {
    const map = (await read("CONTRIBUTING.md")).split(/^## /m).find((part) => part.startsWith("Map\n")) ?? ""
    const paths = [...map.matchAll(/`((?:lib|views|test|docs|examples)(?:\/[^`]*)?)`/g)].map(
      ([, path = ""]) => path,
    )
    expect(paths).to.have.lengthOf.above(40)
    const missing = paths.filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)))
    expect(missing, "CONTRIBUTING.md, Map").to.deep.equal([])
    const entries = await readdir(new URL("../lib/", import.meta.url))
    expect(paths, "CONTRIBUTING.md, Map").to.include.members(entries.map((entry) => `lib/${entry}`))
  })

  it("has every page in the index", async () => {
    const index = await read("docs/README.md")
    const missing = (await listPages())
      .filter((page) => page.startsWith("docs/") && page !== "docs/README")
      .filter((page) => !index.includes(`(${page.slice("docs/".length)}.md)`))
    expect(missing).to.deep.equal([])
  })

  it("links to nothing that is not there", async () => {
    for (const page of await listPages()) {
      const base = new URL(`../${page}.md`, import.meta.url)
      for (const [, target = ""] of (await readFile(base, "utf8")).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
        const url = new URL(target, base)
        const anchor = url.hash.slice(1)
        url.hash = ""
        if (!anchor)
          await readFile(url).catch((error) => expect(error.code, `${page}: ${target}`).to.equal("EISDIR"))
        else expect(anchorsOf(await readFile(url, "utf8")), `${page}: ${target}`).to.include(anchor)
      }
    }
  })
})

describe("the English of the prose", () => {
  const clumsy = /\b(?:whoever|whom|somebody|nobody)\b/gi

  const roots = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md"]
  for (const place of [...roots, "docs", "examples", "lib", "views"]) {
    it(`names users, visitors and callers in ${place}`, async () => {
      const files = await listTexts(place)
      expect(files).to.not.be.empty
      const found = await Promise.all(
        files.map(async (file) =>
          [...(await read(file)).matchAll(clumsy)].map(([word]) => `${file}: ${word}`),
        ),
      )
      expect(found.flat()).to.deep.equal([])
    })
  }
})

/** Copied with their licence. */
const copied = /(?:simplewebauthn-browser\.js|common-passwords\.ts)$/

/** The text files of a folder, except copied ones, or the file itself. */
async function listTexts(place: string): Promise<string[]> {
  if (place.includes(".")) return [place]
  const names = await readdir(new URL(`../${place}/`, import.meta.url), { recursive: true })
  return names
    .filter((name) => /\.(?:md|ts|cjs|js|ejs|css)$/.test(name) && !copied.test(name))
    .map((name) => `${place}/${name}`)
}

async function listPages(): Promise<string[]> {
  const names = await readdir(new URL("../docs/", import.meta.url), { recursive: true })
  const docs = names.filter((name) => name.endsWith(".md")).map((name) => `docs/${name.slice(0, -3)}`)
  expect(docs).to.have.lengthOf.above(20)
  return ["README", "CONTRIBUTING", "CHANGELOG", "SECURITY", "CODE_OF_CONDUCT", ...docs]
}

/** The anchors that GitHub gives headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  )
}
