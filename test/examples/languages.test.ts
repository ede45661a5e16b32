import { expect } from "chai"
import type { Express } from "express"
import { parse } from "node-html-parser"
import request from "supertest"
import { importExample, unusedSso } from "./import-example.js"

describe("examples/languages.ts", () => {
  let app: Express

  before(async () => {
    app = await importExample("languages.ts", unusedSso)
  })

  /** The language of the sign-in page, and its heading. */
  async function openSignIn(agent = request.agent(app), browser = "it-IT, de;q=0.8") {
    const { text } = await agent.get("/auth/signin").set("accept-language", browser).expect(200)
    const page = parse(text)
    return [page.querySelector("html")?.getAttribute("lang"), page.querySelector("h1")?.text.trim()]
  }

  it("shows the sign-in page in the language of the browser, with its own heading", async () => {
    expect(await openSignIn(undefined, "de-CH")).to.deep.equal(["de", "Willkommen in der Bibliothek"])
    expect(await openSignIn(undefined, "en")).to.deep.equal(["en", "Welcome to the library"])
    expect((await openSignIn())[0]).to.equal("it")
  })

  it("prefers what the user chose, and takes no other value", async () => {
    const agent = request.agent(app)
    await agent.post("/language").type("form").send({ language: "fr" }).expect(303)
    expect((await openSignIn(agent))[0]).to.equal("fr")
    await agent.post("/language").type("form").send({ language: "tlh" }).expect(303)
    expect((await openSignIn(agent))[0]).to.equal("fr")
  })
})
