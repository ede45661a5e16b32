import { expect } from "chai"
import { readDocumentation } from "./support/documentation.js"
import { type Complaint, SnippetWorkshop } from "./support/snippet-workshop.js"
import { isRunnable, type Snippet } from "./support/snippets.js"

const apps = (await readDocumentation()).filter(isRunnable)

describe("the apps of the documentation, each in its own process", function () {
  this.timeout(150_000)
  let workshop: SnippetWorkshop
  let runs: Map<Snippet, Promise<Complaint>>

  before(async () => {
    workshop = await SnippetWorkshop.open(apps)
    runs = startInTwoLanes(apps, (app) => workshop.run(app))
  })
  after(() => workshop.close())

  it("are found", () => {
    expect(apps).to.not.be.empty
  })

  for (const app of apps) {
    it(`runs ${app.file}:${app.line}`, async () => {
      const complaint = await runs.get(app)
      expect(complaint, complaint).to.equal("")
    })
  }
})

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
