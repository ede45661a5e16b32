import { expect } from "chai"
import type express from "express"
import type { AuthResult, ExpressAuthHandler } from "express-authjs"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { passwords } from "../support/passwords.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent, type Visit } from "../support/user-agent.js"

const resultOf = (visit: Visit): AuthResult => JSON.parse(visit.body)

for (const [version, app] of expressVersions)
  describe(`redirect: false, on ${version}`, () => {
    const { start, demo } = useAuthApps()

    /** As a resolver of GraphQL does it: the framework answers, not we. */
    const routes = (server: express.Express, auth: ExpressAuthHandler) => {
      const redirect = false
      const send = (res: express.Response, result: Promise<AuthResult>, next: express.NextFunction) =>
        void result.then((value) => res.json(value)).catch(next)
      server.all("/in/:provider", (req, res, next) =>
        send(
          res,
          auth.signIn(req, res, String(req.params.provider), { redirect, redirectTo: "/home" }),
          next,
        ),
      )
      server.post("/out", (req, res, next) =>
        send(res, auth.signOut(req, res, { redirect, redirectTo: "/" }), next),
      )
      server.post("/link", (req, res, next) =>
        send(res, auth.linkAccount(req, res, "other", { redirect, redirectTo: "/account" }), next),
      )
      server.post("/unlink/:provider", (req, res, next) =>
        send(
          res,
          auth.unlinkAccount(req, res, req.params.provider, { redirect, redirectTo: "/account" }),
          next,
        ),
      )
      server.post("/late", (req, res) => {
        res.write("x")
        auth.updateSession(req, res, {}).catch(({ code }) => res.end(code))
      })
      server.post("/late-out", (req, res) => {
        res.write("x")
        auth.signOut(req, res, { redirect }).catch(({ code }) => res.end(code))
      })
    }
    const open = (config = {}) =>
      start(
        {
          providers: [demo(), demo({ id: "other", name: "Other" }), passwords()],
          adapter: createExtendedAdapter(),
          session: { strategy: "jwt" },
          ...config,
        },
        { express: app, routes },
      )

    it("signs in with a password: the result says so, the cookie is on the response", async () => {
      const { url } = await open({ adapter: undefined })
      const agent = new UserAgent({ navigate: false })
      const done = await agent.post(`${url}/in/credentials`, { username: "ada", password: "right" })
      expect([done.status, resultOf(done)]).to.deep.equal([
        200,
        { ok: true, status: 200, url: `${url}/home` },
      ])
      expect((await sessionOf(agent, url))?.user.name).to.equal("ada")
      const out = await agent.post(`${url}/out`)
      expect(resultOf(out)).to.deep.equal({ ok: true, status: 200, url: `${url}/` })
      expect(await sessionOf(agent, url)).to.equal(null)
    })

    it("says why a password is refused, to a browser and to a script", async () => {
      const { url } = await open({ adapter: undefined })
      for (const agent of [new UserAgent(), new UserAgent({ navigate: false })]) {
        const refused = await agent.post(`${url}/in/credentials`, { username: "ada", password: "wrong" })
        const { url: page, ...rest } = resultOf(refused)
        expect(rest).to.deep.equal({
          ok: false,
          status: 401,
          error: "CredentialsSignin",
          code: "credentials",
        })
        expect(new URL(page ?? "").pathname).to.equal("/auth/signin")
        expect(await sessionOf(agent, url)).to.equal(null)
      }
    })

    it("reports too many attempts", async () => {
      const limits = { nameFromClient: { limit: 1, window: 60 } }
      const { url } = await open({ adapter: undefined, limits })
      for (const agent of [new UserAgent(), new UserAgent({ navigate: false })]) {
        const form = { username: "ada", password: "wrong" }
        await agent.post(`${url}/in/credentials`, form)
        const { retryAfter, ...limited } = resultOf(await agent.post(`${url}/in/credentials`, form))
        expect(limited).to.include({ ok: false, status: 429, error: "RateLimited" })
        expect(retryAfter).to.be.within(1, 60)
      }
    })

    it("returns the URL at which the sign-in continues", async () => {
      const { url } = await open()
      const agent = new UserAgent()
      const { ok, url: provider } = resultOf(await agent.post(`${url}/in/demo`))
      expect(ok).to.equal(true)
      const back = await signInAtProvider(agent, await agent.get(provider ?? ""), { name: "Ada Lovelace" })
      expect(back.headers.get("location")).to.equal(`${url}/home`)
    })

    it("returns refusals, too: another site, GET, no such provider", async () => {
      const { url } = await open()
      const agent = new UserAgent({ navigate: false })
      const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" }
      const { detail, ...refused } = resultOf(await agent.post(`${url}/in/demo`, {}, foreign))
      expect(refused).to.include({ ok: false, status: 403, error: "MissingCSRF" })
      expect(detail).to.include("https://evil.example").and.include("trustedOrigins")
      expect(resultOf(await agent.get(`${url}/in/demo`))).to.include({ ok: false, status: 405 })
      expect(resultOf(await agent.post(`${url}/in/unknown`))).to.include({ ok: false, status: 404 })
    })

    it("links and unlinks: needs a session, leads to the provider, keeps the last way to sign in", async () => {
      const { url } = await open()
      const agent = new UserAgent()
      for (const path of ["link", "unlink/demo"])
        expect(resultOf(await agent.post(`${url}/${path}`)), path).to.include({
          ...{ ok: false, status: 401, error: "SessionRequired" },
        })
      await signIn(agent, url)
      const last = resultOf(await agent.post(`${url}/unlink/demo`))
      expect(last).to.include({ ok: false, status: 409, error: "LastSignInMethod" })
      const { ok, url: provider } = resultOf(await agent.post(`${url}/link`))
      expect(ok).to.equal(true)
      await agent.followAll(await agent.get(provider ?? ""))
      expect(resultOf(await agent.post(`${url}/unlink/other`))).to.deep.equal({
        ...{ ok: true, status: 200, url: `${url}/account` },
      })
    })

    it("returns the URL of callbacks.signIn, with no session", async () => {
      const { url } = await open({ adapter: undefined, callbacks: { signIn: () => "/not-yet" } })
      const agent = new UserAgent({ navigate: false })
      const sent = resultOf(await agent.post(`${url}/in/credentials`, { username: "ada", password: "right" }))
      expect(sent).to.deep.equal({ ok: false, status: 403, error: "AccessDenied", url: `${url}/not-yet` })
      expect(await sessionOf(agent, url)).to.equal(null)
    })

    it("rejects once the response has started, as updateSession() does: no cookie could be set", async () => {
      const { url } = await open()
      for (const path of ["late", "late-out"]) {
        const agent = new UserAgent({ navigate: false })
        await signIn(agent, url)
        expect((await agent.post(`${url}/${path}`)).body, path).to.equal("xERR_AUTH_HEADERS_SENT")
        expect((await sessionOf(agent, url))?.user.name, path).to.equal("Ada Lovelace")
      }
    })
  })
