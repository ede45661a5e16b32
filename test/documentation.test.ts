import { expect } from "chai"
import { readDocumentation } from "./support/documentation.js"
import { SnippetWorkshop } from "./support/snippet-workshop.js"

const snippets = await readDocumentation()

describe("the documentation", () => {
  let workshop: SnippetWorkshop

  before(async () => {
    workshop = await SnippetWorkshop.open(snippets)
  })
  after(() => workshop.close())

  it(`compiles: ${snippets.length} snippets`, async () => {
    const complaint = await workshop.compile()
    expect(complaint, complaint).to.equal("")
  })
})
