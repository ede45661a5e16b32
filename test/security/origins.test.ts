import { expect } from "chai"
import type express from "express"
import type { ExpressAuthConfig, ExpressAuthHandler } from "express-authjs"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { csrfOf, sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { passwords } from "../support/passwords.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

const sandbox = { origin: "null" }

for (const [version, app] of expressVersions)
  describe(`S34: Origin: null without Fetch Metadata, on ${version}`, () => {
    const { start, demo } = useAuthApps()

    const routes = (server: express.Express, auth: ExpressAuthHandler) => {
      server.post("/login", (req, res, next) => void auth.signIn(req, res, "credentials").catch(next))
      server.post("/logout", (req, res, next) => void auth.signOut(req, res).catch(next))
      server.post("/link", (req, res, next) => void auth.linkAccount(req, res, "other").catch(next))
      server.post("/unlink", (req, res, next) => void auth.unlinkAccount(req, res, "demo").catch(next))
      server.post("/name", async (req, res) => {
        res.json(await auth.updateSession(req, res, { name: "Eve" }))
      })
    }
    const open = () =>
      start(
        {
          providers: [demo(), demo({ id: "other", name: "Other" }), passwords()],
          adapter: createExtendedAdapter(),
          session: { strategy: "jwt" },
          callbacks: {
            jwt: ({ token, session }) => ({ ...token, ...(session?.name && { name: session.name }) }),
          },
        },
        { express: app, routes },
      )
    const json = { accept: "application/json" }

    it("starts a session with the token only", async () => {
      const { url } = await open()
      const agent = new UserAgent({ navigate: false })
      const form = { username: "ada", password: "right" }
      const refused = await agent.post(`${url}/login`, form, { ...sandbox, ...json })
      expect(refused.status).to.equal(403)
      expect(JSON.parse(refused.body).detail).to.include("Origin: null").and.include("csrfToken")
      expect(await sessionOf(agent, url)).to.equal(null)
      const csrfToken = await csrfOf(agent, url)
      expect((await agent.post(`${url}/login`, { ...form, csrfToken }, sandbox)).status).to.equal(302)
      expect((await sessionOf(agent, url))?.user.name).to.equal("ada")
    })

    for (const path of ["logout", "link", "unlink"])
      it(`refuses /${path} without the token, or with another browser's`, async () => {
        const { url } = await open()
        const agent = new UserAgent({ navigate: false })
        await signIn(agent, url)
        for (const csrfToken of ["", await csrfOf(new UserAgent(), url)]) {
          const answer = await agent.post(`${url}/${path}`, { csrfToken }, { ...sandbox, ...json })
          expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([403, "ERR_AUTH_CSRF"])
          expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
        }
        const csrfToken = await csrfOf(agent, url)
        const done = await agent.post(`${url}/${path}`, { csrfToken }, { ...sandbox, ...json })
        expect(done.status, done.body).to.equal(path === "unlink" ? 409 : 302)
      })

    it("changes no session without the token", async () => {
      const { url, logs } = await open()
      const agent = new UserAgent({ navigate: false })
      await signIn(agent, url)
      expect((await agent.post(`${url}/name`, {}, sandbox)).body).to.equal("null")
      expect(logs.map(({ text }) => text)).to.deep.equal(["MissingCSRF"])
      expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
      const csrfToken = await csrfOf(agent, url)
      await agent.post(`${url}/name`, { csrfToken }, sandbox)
      expect((await sessionOf(agent, url))?.user.name).to.equal("Eve")
    })

    it("refuses every route of ours without the token", async () => {
      const { url } = await open()
      for (const path of [
        "signin/demo",
        "signin",
        "signout",
        "session",
        "callback/credentials",
        "link/other",
        "unlink/demo",
      ]) {
        const agent = new UserAgent({ navigate: false })
        await signIn(agent, url)
        const answer = await agent.post(
          `${url}/auth/${path}`,
          { username: "eve", password: "right" },
          sandbox,
        )
        expect(answer.status, path).to.equal(403)
        expect((await sessionOf(agent, url))?.user.name, path).to.equal("Ada Lovelace")
      }
    })
  })

for (const [version, app] of expressVersions)
  describe(`S53: a front end on another origin, on ${version}`, () => {
    const { start, demo } = useAuthApps()
    /** Ports of one host are one site, as localhost:3000 and localhost:5173 are. */
    const frontEnd = "http://localhost:5173"
    const fetched = {
      ...{
        origin: frontEnd,
        "sec-fetch-site": "same-site",
        "sec-fetch-mode": "cors",
        "sec-fetch-dest": "empty",
      },
      ...{ accept: "*/*", referer: `${frontEnd}/` },
    }
    const client = { ...fetched, "x-auth-return-redirect": "1" }
    const submitted = { origin: frontEnd, "sec-fetch-site": "same-site" }

    const routes = (server: express.Express, auth: ExpressAuthHandler) => {
      server.post("/logout", (req, res, next) => void auth.signOut(req, res).catch(next))
    }
    const open = (trustedOrigins = [frontEnd], logger?: ExpressAuthConfig["logger"]) =>
      start(
        { providers: [demo(), passwords()], trustedOrigins, ...(logger && { logger }) },
        { express: app, routes },
      )
    const credentials = { username: "ada", password: "right" }

    it("signs in and out by fetch, as the browser client of Auth.js does", async () => {
      const { url } = await open()
      const agent = new UserAgent({ navigate: false })
      const form = { ...credentials, csrfToken: await csrfOf(agent, url), callbackUrl: `${frontEnd}/home` }
      const signedIn = await agent.post(`${url}/auth/callback/credentials`, form, client)
      expect([signedIn.status, JSON.parse(signedIn.body)]).to.deep.equal([200, { url: `${frontEnd}/home` }])
      expect((await sessionOf(agent, url))?.user.name).to.equal("ada")
      const { csrfToken } = form
      const out = await agent.post(`${url}/auth/signout`, { csrfToken, callbackUrl: frontEnd }, client)
      expect(JSON.parse(out.body)).to.deep.equal({ url: `${frontEnd}/` })
      expect(await sessionOf(agent, url)).to.equal(null)
    })

    it("signs in by a form of its own, and goes back there", async () => {
      const { url } = await open()
      const agent = new UserAgent()
      const form = {
        ...credentials,
        csrfToken: await csrfOf(agent, url),
        callbackUrl: `${frontEnd}/home?a=b`,
      }
      const done = await agent.post(`${url}/auth/callback/credentials`, form, submitted)
      expect(redirectTarget(done)).to.equal(`${frontEnd}/home?a=b`)
      expect((await sessionOf(agent, url))?.user.name).to.equal("ada")
    })

    it("comes back to it from the provider", async () => {
      const { url } = await open()
      const agent = new UserAgent()
      const done = await signIn(agent, url, { callbackUrl: `${frontEnd}/home` })
      expect(redirectTarget(done)).to.equal(`${frontEnd}/home`)
    })

    it("needs the token all the same, for our routes and for the app's own handlers", async () => {
      const { url } = await open()
      const agent = new UserAgent({ navigate: false })
      const csrfToken = await csrfOf(agent, url)
      await agent.post(`${url}/auth/callback/credentials`, { ...credentials, csrfToken }, fetched)
      for (const path of ["auth/signout", "logout"]) {
        const refused = await agent.post(`${url}/${path}`, {}, { ...fetched, accept: "application/json" })
        expect(refused.status, path).to.equal(403)
        expect((await sessionOf(agent, url))?.user.name, path).to.equal("ada")
      }
      await agent.post(`${url}/logout`, {}, { ...fetched, "x-csrf-token": csrfToken })
      expect(await sessionOf(agent, url)).to.equal(null)
    })

    it("redirects to no origin that is not listed", async () => {
      const { url } = await open()
      for (const callbackUrl of [
        "http://localhost:5174/",
        "http://localhost:5173@evil.example/",
        "https://localhost:5173/",
      ]) {
        const agent = new UserAgent()
        expect(redirectTarget(await signIn(agent, url, { callbackUrl })), callbackUrl).to.equal(`${url}/`)
      }
    })

    it("names origin and option where it is not listed: in the JSON, on the page, in the log", async () => {
      const warnings: string[] = []
      const { url } = await open([], { warn: (...said: string[]) => void warnings.push(said.join(" ")) })
      const agent = new UserAgent()
      const form = { ...credentials, csrfToken: await csrfOf(agent, url) }
      const action = `${url}/auth/callback/credentials`
      for (const headers of [submitted, fetched, client]) {
        const { status, body } = await agent.post(action, form, headers)
        expect([status, body.includes(frontEnd), body.includes("trustedOrigins")]).to.deep.equal([
          403,
          true,
          true,
        ])
      }
      const told = JSON.parse((await agent.post(action, form, client)).body)
      expect(told).to.include({ code: "ERR_AUTH_CSRF", url: `${url}/auth/error?error=MissingCSRF` })
      expect(await sessionOf(agent, url)).to.equal(null)
      const [line] = warnings
      expect(line).to.include("MissingCSRF").and.include(frontEnd).and.include("trustedOrigins")
    })
  })
