import { expect } from "chai"
import type express from "express"
import { sessionOf, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { passwords } from "../support/passwords.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

for (const [version, app] of expressVersions)
  describe(`auth.signIn() on ${version}`, () => {
    const { start, idp } = useAuthApps()
    const crashes: unknown[] = []
    const crash = (reason: unknown) => void crashes.push(reason)

    before(() => process.on("unhandledRejection", crash))
    after(() => process.off("unhandledRejection", crash))
    afterEach(() => expect(crashes.splice(0)).to.deep.equal([]))

    const routes = (server: express.Express, auth: Awaited<ReturnType<typeof start>>["auth"]) => {
      const authorizationParams = {
        ...{
          prompt: "login",
          scope: "openid",
          max_age: "0",
          client_id: "evil",
          redirect_uri: "https://evil.example",
        },
        ...{ state: "x", nonce: "x", code_challenge: "x", response_mode: "fragment", response_type: "token" },
      }
      server.all("/go", (req, res) =>
        auth.signIn(req, res, "demo", { redirectTo: "/home", authorizationParams }),
      )
      server.post("/login", (req, res) => auth.signIn(req, res, "credentials", { redirectTo: "/home" }))
      server.post("/unknown", (req, res) => auth.signIn(req, res, "unknown"))
      server.post("/choose", (req, res) => auth.signIn(req, res))
      server.get("/session", async (req, res) => void res.json(await auth.getSession(req, res)))
      server.post("/away", (req, res) =>
        auth.signIn(req, res, "demo", { redirectTo: "https://evil.example/" }),
      )
    }

    it("adds the app's parameters to the request, but never those that make it ours", async () => {
      const { url } = await start({}, { express: app, routes })
      const agent = new UserAgent()
      const leaving = await agent.post(`${url}/go`)
      const { searchParams } = new URL(redirectTarget(leaving) ?? "")
      const said = [
        "prompt",
        "scope",
        "max_age",
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
      ]
      expect(said.map((name) => searchParams.get(name))).to.deep.equal([
        ...["login", "openid", "0", idp().clientId, `${url}/auth/callback/demo`, "code", null],
      ])
      expect(["state", "code_challenge"].map((name) => searchParams.get(name))).to.not.include("x")
      const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      expect(redirectTarget(back)).to.equal(`${url}/home`)
    })

    it("signs in with credentials from the app's own form, without a token", async () => {
      const { url } = await start({ providers: [passwords()] }, { express: app, routes })
      const agent = new UserAgent()
      const done = await agent.post(`${url}/login`, { username: "ada", password: "right" })
      expect(redirectTarget(done)).to.equal(`${url}/home`)
      expect((await sessionOf(agent, url))?.user.name).to.equal("ada")
    })

    it("S19: is refused on GET, and for another site", async () => {
      const { url } = await start({ providers: [passwords()] }, { express: app, routes })
      const json = new UserAgent({ navigate: false })
      expect((await json.get(`${url}/go`)).status).to.equal(405)
      const form = { username: "eve", password: "right" }
      for (const headers of [
        { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
        { "sec-fetch-site": "same-site", origin: "http://sub.localhost" },
        { "sec-fetch-site": "cross-site", origin: "null" },
      ]) {
        const agent = new UserAgent()
        const answer = await agent.post(`${url}/login`, form, headers)
        expect(answer.status).to.equal(403)
        expect(answer.setCookies.join()).to.not.include("session-token")
      }
      const old = await json.post(`${url}/login`, form, { origin: "https://evil.example" })
      expect(old.status).to.equal(403)
    })

    it("answers an unknown provider with 404, and none with the sign-in page", async () => {
      const { url } = await start({}, { express: app, routes })
      const agent = new UserAgent()
      expect((await agent.post(`${url}/unknown`)).status).to.equal(404)
      const target = redirectTarget(await agent.post(`${url}/choose`, { callbackUrl: "/x" }))
      expect(target).to.equal(`${url}/auth/signin?callbackUrl=${encodeURIComponent(`${url}/x`)}`)
    })

    it("S7: keeps redirectTo on our origin", async () => {
      const { url } = await start({}, { express: app, routes })
      const agent = new UserAgent()
      const back = await signInAtProvider(agent, await agent.post(`${url}/away`), { name: "Ada Lovelace" })
      expect(redirectTarget(back)).to.equal(`${url}/`)
    })

    it("S2: answers a malformed Host with 400, and the process lives", async () => {
      const { url } = await start({ providers: [passwords()] }, { express: app, routes })
      const client = new UserAgent({ navigate: false })
      for (const host of ["a b", "evil.example/x", "x@y", "%00"]) {
        const answer = await client.post(`${url}/login`, { username: "ada", password: "right" }, { host })
        expect(answer.status, host).to.equal(400)
        expect((await client.get(`${url}/session`, { host })).body).to.equal("null")
      }
      await new Promise((resolve) => setTimeout(resolve, 10))
    })
  })
