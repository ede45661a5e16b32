import { expect } from "chai"
import express from "express"
import helmet from "helmet"
import { parse } from "node-html-parser"
import supertest from "supertest"
import type { Letter } from "../../examples/support/inbox.js"
import { inboxPages } from "../../examples/support/inbox-pages.js"

const letter = (given: Partial<Letter>): Letter => ({
  ...{ to: "ada@example.com", subject: "Sign in", time: new Date(0), code: "123456" },
  ...{ link: "http://localhost/auth", html: "<html><head></head><body>Hello</body></html>" },
  ...given,
})

function inboxOf(...letters: Letter[]) {
  const app = express()
  const views = new URL("../../examples/views", import.meta.url).pathname
  app.set("views", views).set("view engine", "ejs")
  app.use(helmet(), inboxPages({ letters }))
  return supertest(app)
}

describe("the inbox of the demo", () => {
  it("says how to get a mail while there is none", async () => {
    expect((await inboxOf().get("/")).text).to.include("No mail yet")
  })

  it("shows the newest 20 first, uncached", async () => {
    const letters = Array.from({ length: 30 }, (_, n) => letter({ subject: `Mail ${n}` }))
    const answer = await inboxOf(...letters).get("/")
    const headings = parse(answer.text)
      .querySelectorAll("h2")
      .map(({ text }) => text)
    expect(headings).to.deep.equal(Array.from({ length: 20 }, (_, n) => `Mail ${29 - n}`))
    expect(answer.headers["cache-control"]).to.equal("no-store")
  })

  it("lets no mail write its page", async () => {
    const hostile = '"><script>alert(1)</script>'
    const all = { to: hostile, subject: hostile, link: `http://localhost/${hostile}`, code: hostile }
    const { text } = await inboxOf(letter({ ...all, html: hostile })).get("/")
    expect(text).to.not.include("<script>alert").and.not.include('"><script')
    expect(text).to.include("&lt;script&gt;alert(1)")
  })

  it("shows a mail where nothing in it can run, load, or be sent", async () => {
    const { headers, text } = await inboxOf(letter({})).get("/0")
    expect(text).to.include('<base target="_top">')
    const policy = headers["content-security-policy"]
    expect(policy).to.include("default-src 'none'").and.include("form-action 'none'")
    expect(policy).to.match(/sandbox allow-top-navigation-by-user-activation$/)
  })

  for (const path of ["/1", "/-1", "/length", "/__proto__", "/%00"])
    it(`has no mail at ${path}`, async () => {
      expect((await inboxOf(letter({})).get(path)).status).to.equal(404)
    })
})
