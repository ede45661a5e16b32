import { expect } from "chai"
import type { ActiveSession, ExpressAuthConfig } from "express-authjs"
import { claimsOfAda, tokenOf, useSessionApps } from "../support/session-apps.js"

type SessionCallback = NonNullable<NonNullable<ExpressAuthConfig["callbacks"]>["session"]>

describe("user.id of a session", () => {
  const start = useSessionApps()

  async function read(session: SessionCallback | undefined, claims = claimsOfAda()) {
    const found: ActiveSession[] = []
    const { visitor } = await start(session ? { callbacks: { session } } : {}, {
      routes: (app, auth) =>
        app.get("/mine", auth.requireAuth(), (req, res) => {
          found.push(req.auth)
          res.json(req.auth.user)
        }),
    })
    const { body } = await (await visitor(tokenOf(claims))).get("/mine")
    return { id: found[0]?.user.id, json: JSON.parse(body) as Record<string, unknown> }
  }

  it("is there without a callback", async () => {
    const { id, json } = await read(undefined)
    expect([id, json.id]).to.deep.equal(["ada", "ada"])
  })

  it("is set although callbacks.session omits it, and is then not in the JSON", async () => {
    const expires = new Date(Date.now() + 1000).toISOString()
    for (const user of [{ name: "Ada" }, Object.freeze({ name: "Ada" })]) {
      const { id, json } = await read(() => ({ user, expires }))
      expect(id).to.equal("ada")
      expect(json).to.deep.equal({ name: "Ada" })
    }
  })

  it("is the result of callbacks.session", async () => {
    const { id, json } = await read(({ session }) => ({ ...session, user: { id: "own" } }))
    expect([id, json.id]).to.deep.equal(["own", "own"])
  })

  it("is an empty string for a foreign token without a user", async () => {
    const { sub: _none, ...claims } = claimsOfAda()
    const { id, json } = await read(undefined, claims)
    expect(id).to.equal("")
    expect(json).not.to.have.property("id")
  })
})
