import { expect } from "chai"
import { signedIn } from "express-authjs/testing"
import { parse } from "node-html-parser"
import { importExample, unusedSso } from "./import-example.js"

describe("examples/own-account.ts", () => {
  const environment = { ...unusedSso, AUTH_DATABASE_URL: "sqlite::memory:" }
  const openApp = () => importExample("own-account.ts", environment)

  async function signIn(name: string, hoursAgo = 0) {
    const authTime = new Date(Date.now() - hoursAgo * 60 * 60 * 1000)
    const agent = await signedIn(await openApp(), { user: { name }, authTime })
    const post = (path: string, fields: Record<string, string> = {}) =>
      agent.post(path).type("form").send(fields)
    return { agent, post }
  }

  it("changes the name, and refuses one that is too long", async () => {
    const { agent, post } = await signIn("Ada Lovelace")
    await post("/me/name", { name: "Ada King" }).expect(303).expect("location", "/me")
    expect((await agent.get("/me").expect(200)).text).to.include('value="Ada King"')
    await post("/me/name", { name: "x".repeat(1000) }).expect("location", "/me?error=InvalidName")
    expect((await agent.get("/me?error=InvalidName")).text).to.include("That did not work")
  })

  it("ends the session of another browser", async () => {
    const [here, there] = [await signIn("Grace Hopper"), await signIn("Grace Hopper")]
    const page = parse((await here.agent.get("/me")).text)
    const [other, ...others] = page.querySelectorAll('input[name="id"]')
    expect(others).to.deep.equal([])
    await here.post("/me/end-session", { id: other?.getAttribute("value") ?? "" }).expect("location", "/me")
    await there.agent.get("/me").expect(401)
    await here.agent.get("/me").expect(200)
  })

  it("downloads what is stored about the user", async () => {
    const { agent } = await signIn("Mary Somerville")
    const { body, headers } = await agent.get("/me/data").expect(200)
    expect(headers["content-disposition"]).to.match(/^attachment; filename="?my-data\.json"?$/)
    expect(JSON.stringify(body)).to.include("Mary Somerville")
  })

  it("deletes the account after a recent sign-in only", async () => {
    const stale = await signIn("Charles Babbage", 1)
    await stale.post("/me/delete").expect("location", /\/auth\/signin/)
    await stale.agent.get("/me").expect(200)
    const { agent, post } = await signIn("Charles Babbage")
    await post("/me/delete").expect("location", "/me")
    for (const browser of [agent, stale.agent]) await browser.get("/me").expect(401)
  })

  it("changes nothing for another site", async () => {
    const { agent, post } = await signIn("Jeanne Villepreux")
    await post("/me/delete").set("sec-fetch-site", "cross-site").expect("location", "/me?error=CrossSite")
    await agent.get("/me").expect(200)
  })
})
