import { readdir, readFile } from "node:fs/promises"
import { expect } from "chai"
import { type Complaint, SnippetWorkshop } from "./support/snippet-workshop.js"
import { extractSnippets, isRunnable, type Snippet } from "./support/snippets.js"

const snippets = await readDocumentation()
const apps = snippets.filter(isRunnable)

describe("the documentation", function () {
  this.timeout(60_000)
  let workshop: SnippetWorkshop
  let compiled: Promise<Complaint>
  let runs: Map<Snippet, Promise<Complaint>>

  before(async () => {
    workshop = await SnippetWorkshop.open(snippets)
    compiled = workshop.compile()
    runs = startInTwoLanes(apps, (app) => workshop.run(app))
  })
  after(() => workshop.close())

  it(`compiles: ${snippets.length} snippets`, async () => {
    const complaint = await compiled
    expect(complaint, complaint).to.equal("")
  })

  for (const app of apps) {
    it(`runs ${app.file}:${app.line}`, async () => {
      const complaint = await runs.get(app)
      expect(complaint, complaint).to.equal("")
    })
  }
})

async function readDocumentation(): Promise<Snippet[]> {
  const root = new URL("../", import.meta.url)
  const names = await readdir(root)
  const pages = names.includes("docs") ? await readdir(new URL("docs/", root), { recursive: true }) : []
  const files = [...names.filter((name) => name === "README.md"), ...pages.map((page) => `docs/${page}`)]
  const markdown = files.filter((file) => file.endsWith(".md")).sort()
  const texts = await Promise.all(markdown.map((file) => readFile(new URL(file, root), "utf8")))
  return texts.flatMap((text, index) => extractSnippets(text, markdown[index] ?? ""))
}

/** Runs two at a time, in order, so that a small machine keeps up. */
function startInTwoLanes<Item, Result>(items: Item[], run: (item: Item) => Promise<Result>) {
  const lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()]
  return new Map(
    items.map((item, index) => {
      const result = (lanes[index % 2] ?? Promise.resolve()).then(() => run(item))
      lanes[index % 2] = result
      return [item, result]
    }),
  )
}
