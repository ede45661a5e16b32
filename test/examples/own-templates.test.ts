import { expect } from "chai"
import { textOf } from "../support/html-form.js"
import { UserAgent } from "../support/user-agent.js"
import { useExample } from "./import-example.js"

describe("examples/own-templates.ts", () => {
  const example = useExample("own-templates.ts")

  it("signs in from a page of its own, and comes back to it", async () => {
    const agent = new UserAgent()
    const book = `${example().url}/books/Emma%20%26%20co`
    const page = await agent.get(book)
    expect(textOf(page.body)).to.include("Emma & co").and.include("Continue with Library card")
    const back = await agent.followAll(await agent.submit(page, { formAction: "/auth/signin/sso" }))
    expect(back.url).to.equal(book)
    expect(textOf(back.body)).to.include("Ada Lovelace").and.include("Return the books")
    const left = await agent.followAll(await agent.submit(back, { button: "Return the books and leave" }))
    expect(left.url).to.equal(`${example().url}/`)
    expect(textOf(left.body)).to.include("Sign in to borrow it.")
  })

  it("shows the built-in pages in its own layout", async () => {
    const { body } = await new UserAgent().get(`${example().url}/auth/signin`)
    expect(textOf(body)).to.include("The library").and.include("Ask at the desk")
    expect(body).to.include('action="/auth/signin/sso"')
  })
})
