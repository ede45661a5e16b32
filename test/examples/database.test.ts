import { expect } from "chai"
import type { Express } from "express"
import { signedIn } from "express-authjs/testing"
import { importExample, unusedSso } from "./import-example.js"

describe("examples/database.ts", () => {
  let app: Express

  before(async () => {
    app = await importExample("database.ts", { ...unusedSso, AUTH_DATABASE_URL: "sqlite::memory:" })
  })

  it("shows a user the sessions of two browsers", async () => {
    const user = { name: "Ada Lovelace" }
    const [browser] = [await signedIn(app, { user }), await signedIn(app, { user })]
    const { body: sessions } = await browser.get("/sessions").expect(200)
    expect(sessions).to.have.length(2)
    expect(sessions[0]).to.have.all.keys("id", "createdAt")
  })
})
