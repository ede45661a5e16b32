import { expect } from "chai"
import express from "express"
import type { ExpressAuthConfig } from "express-authjs"
import { database } from "express-authjs/database"
import { DevelopmentSignIn, type DevelopmentSignInOptions } from "express-authjs/development"
import express4 from "express4"
import { type AuthAppOptions, csrfOf, sessionOf, UserAgent, useAuthApps } from "../support/auth-apps.js"
import { configErrorOf } from "../support/config-error.js"
import { textOf } from "../support/html-form.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { redirectTarget, type Visit } from "../support/user-agent.js"
import { withEnvironment } from "../support/with-environment.js"

type Variables = Record<string, string>
const development: Variables = { NODE_ENV: "development" }

describe("DevelopmentSignIn", () => {
  const apps = useAuthApps()

  function start(
    config: Partial<ExpressAuthConfig> = {},
    { env = development, ...options }: AuthAppOptions & { env?: Variables } = {},
  ) {
    return withEnvironment(env, () => apps.start({ providers: [DevelopmentSignIn()], ...config }, options))
  }

  async function choose(agent: UserAgent, url: string, button: RegExp): Promise<Visit> {
    return agent.submit(await agent.get(`${url}/auth/signin?callbackUrl=/after`), { button })
  }

  async function invent(agent: UserAgent, url: string, fields: Record<string, string>): Promise<Visit> {
    const page = await agent.get(`${url}/auth/signin`)
    return agent.submit(page, { button: "Sign in", fields })
  }

  for (const [version, express] of [
    ["4", express4],
    ["5", undefined],
  ] as const)
    it(`signs in as the chosen person, on Express ${version}`, async () => {
      const { url } = await start({}, express ? { express } : {})
      const agent = new UserAgent()
      const answer = await choose(agent, url, / Ada Lovelace ada@example\.com · admin$/)
      expect(redirectTarget(answer)).to.equal(`${url}/after`)
      expect((await sessionOf(agent, url))?.user).to.include({
        name: "Ada Lovelace",
        email: "ada@example.com",
      })
    })

  it("gives a person the same id at every sign-in without a database, and another to each person", async () => {
    const ids: unknown[] = []
    for (const person of [/\bAda/, /\bAda/, /\bBob/]) {
      const { url } = await start()
      const agent = new UserAgent()
      await choose(agent, url, person)
      ids.push((await sessionOf(agent, url))?.user.id)
    }
    expect(ids[0]).to.be.a("string").and.equal(ids[1])
    expect(ids[2]).to.not.equal(ids[0])
  })

  for (const strategy of ["jwt", "database"] as const)
    it(`creates user, account and session as an OAuth provider does, with ${strategy} sessions`, async () => {
      const adapter = createMemoryAdapter()
      const sent: string[] = []
      const events: ExpressAuthConfig["events"] = {
        createUser: ({ user }) => void sent.push(`createUser ${user.email}`),
        linkAccount: ({ account, profile }) => void sent.push(`linkAccount ${account.type} ${profile.email}`),
        signIn: ({ account, isNewUser }) => void sent.push(`signIn ${account?.provider} ${isNewUser}`),
      }
      const { url } = await start({ adapter, session: { strategy }, events })
      for (const _ of [1, 2]) {
        const agent = new UserAgent()
        await choose(agent, url, /\bBob/)
        expect((await sessionOf(agent, url))?.user).to.include({ email: "bob@example.com" })
      }
      expect([...adapter.rows.users.values()].map(({ email }) => email)).to.deep.equal(["bob@example.com"])
      const [account] = [...adapter.rows.accounts.values()]
      expect(account).to.include({ provider: "development", providerAccountId: "bob@example.com" })
      expect(adapter.rows.accounts.size).to.equal(1)
      expect(adapter.rows.sessions.size).to.equal(strategy === "database" ? 2 : 0)
      expect(sent).to.deep.equal([
        "createUser bob@example.com",
        "linkAccount oauth bob@example.com",
        "signIn development true",
        "signIn development false",
      ])
    })

  it("signs in as everyone on the list, with a real database and both kinds of session", async () => {
    for (const strategy of ["jwt", "database"] as const) {
      const adapter = database("sqlite::memory:", { migrate: true })
      const { url } = await start({ adapter, session: { strategy } })
      const names: unknown[] = []
      for (const person of [/\bAda/, /\bBob/, /\bMaximiliane/, /\bNoor/, /\bUma/]) {
        const agent = new UserAgent()
        await choose(agent, url, person)
        names.push((await sessionOf(agent, url))?.user.email)
      }
      expect(names.slice(0, 2)).to.deep.equal(["ada@example.com", "bob@example.com"])
      expect(names[2]).to.match(/@post\.fuerstenberg\.example\.com$/)
      expect(names[3]).to.be.oneOf([null, undefined, ""])
      expect(names[4]).to.equal("uma@example.com")
      await adapter.close()
    }
  })

  it("passes roles and unverified addresses to the callbacks, and guards see the role", async () => {
    const seen: unknown[] = []
    const { url } = await start(
      {
        callbacks: {
          signIn({ profile }) {
            seen.push([profile?.email, profile?.email_verified, profile?.role])
            return profile?.email_verified !== false
          },
          jwt: ({ token, user }) => ({ ...token, ...(user && "role" in user && { role: user.role }) }),
          session: ({ session, token }) => ({ ...session, user: { ...session.user, role: token.role } }),
        },
      },
      {
        routes: (app, auth) =>
          void app.get("/admin", auth.requireAuth({ roles: ["admin"] }), (_req, res) => res.send("in")),
      },
    )
    const statuses: number[] = []
    for (const person of [/\bAda/, /\bBob/, /\bUma/]) {
      const agent = new UserAgent()
      await choose(agent, url, person)
      statuses.push((await agent.get(`${url}/admin`)).status)
    }
    expect(statuses).to.deep.equal([200, 403, 302])
    expect(seen).to.deep.equal([
      ["ada@example.com", true, "admin"],
      ["bob@example.com", true, "member"],
      ["uma@example.com", false, undefined],
    ])
  })

  it("signs in as an invented person, with roles", async () => {
    const seen: unknown[] = []
    const { url } = await start({
      callbacks: { signIn: ({ user, profile }) => Boolean(seen.push({ user, profile })) },
    })
    const agent = new UserAgent()
    await invent(agent, url, { name: "Grace", email: "grace@example.com", roles: "editor, author" })
    expect((await sessionOf(agent, url))?.user).to.include({ name: "Grace", email: "grace@example.com" })
    expect(seen).to.have.nested.property("[0].user.roles").that.deep.equals(["editor", "author"])
    expect(seen).to.have.nested.property("[0].user.role", "editor")
    expect(seen).to.have.nested.property("[0].profile.email_verified", true)
  })

  it("asks for a name or an address, and keeps what was typed", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const answer = await agent.followAll(await invent(agent, url, { roles: "editor" }))
    expect(textOf(answer.body)).to.include("Enter a name or an email address.")
    expect(answer.body).to.match(/<details[^>]* open>.*value="editor"/s)
    expect(await sessionOf(agent, url)).to.equal(null)
  })

  it("says what the form to invent a person needs, before and after it is sent empty", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin/development`)
    expect(textOf(page.body)).to.include("Development sign-in").and.not.include("Continue with Development")
    expect(textOf(page.body)).to.include("A name or an email address is enough.")
    const answer = await agent.followAll(await agent.submit(page, { button: "Sign in" }))
    expect(textOf(answer.body)).to.include("Enter a name or an email address.")
  })

  it("takes people and profile() of the app's own, whether it is called or not", async () => {
    const options: DevelopmentSignInOptions = {
      people: [{ id: "7", name: "Zoë", team: "blue", role: "owner" }, { email: "x@example.com" }],
      profile: ({ sub, name, team }) => ({ id: `own-${sub}`, name: `${name} of ${team}` }),
    }
    const { url } = await start({ providers: [DevelopmentSignIn(options)] })
    const agent = new UserAgent()
    const page = textOf((await agent.get(`${url}/auth/signin`)).body)
    expect(page).to.include("Zoë no email address · owner").and.include("x@example.com x@example.com")
    expect(page).to.not.include("Ada")
    await choose(agent, url, /\bZoë/)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Zoë of blue")
    const uncalled = await start({ providers: [DevelopmentSignIn] })
    expect((await agent.get(`${uncalled.url}/auth/signin`)).body).to.include("Ada Lovelace")
  })

  it("starts from a handler of the app, and refuses a person who is not on the list", async () => {
    const { url } = await start(
      {},
      {
        routes: (app, auth) =>
          void app.post("/as/:person", (req, res) =>
            auth.signIn(req, res, "development", { redirectTo: "/", fields: { person: req.params.person } }),
          ),
      },
    )
    const agent = new UserAgent()
    await agent.post(`${url}/as/nobody`)
    expect(await sessionOf(agent, url)).to.equal(null)
    await agent.post(`${url}/as/ada@example.com`)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
  })

  it("shows the people to a handler or button that names no person, and keeps the destination", async () => {
    const { url } = await start(
      {},
      {
        routes: (app, auth) =>
          void app.post("/in", (req, res) => auth.signIn(req, res, "development", { redirectTo: "/after" })),
      },
    )
    const agent = new UserAgent()
    const form = { csrfToken: await csrfOf(agent, url), callbackUrl: "/after" }
    for (const visit of [
      await agent.post(`${url}/in`),
      await agent.post(`${url}/auth/signin/development`, form),
    ]) {
      const page = await agent.followAll(visit)
      expect(new URL(page.url).pathname).to.equal("/auth/signin/development")
      expect(page.body).to.not.include('role="alert"')
      const answer = await agent.submit(page, { button: /\bAda/ })
      expect(redirectTarget(answer)).to.equal(`${url}/after`)
    }
  })

  it("counts as a fresh sign-in for routes that require one", async () => {
    const { url } = await start(
      {},
      {
        routes: (app, auth) =>
          void app.get("/vault", auth.requireAuth({ maxAge: 60 }), (_req, res) => res.send("in")),
      },
    )
    const agent = new UserAgent()
    await choose(agent, url, /\bAda/)
    expect((await agent.get(`${url}/vault`)).body).to.equal("in")
  })

  it("links a chosen person's account to the user who is signed in", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start(
      { adapter },
      {
        before: (app) => void app.use(express.urlencoded()),
        routes: (app, auth) =>
          void app.post("/link", (req, res) =>
            auth.linkAccount(req, res, "development", { redirectTo: "/" }),
          ),
      },
    )
    const agent = new UserAgent()
    await choose(agent, url, /\bAda/)
    await agent.post(`${url}/link`, { person: "uma@example.com" })
    const accounts = [...adapter.rows.accounts.values()]
    expect(accounts.map(({ providerAccountId }) => providerAccountId)).to.deep.equal([
      "ada@example.com",
      "uma@example.com",
    ])
    expect(new Set(accounts.map(({ userId }) => userId)).size).to.equal(1)
  })

  it("refuses people without names, and two with the same id", () => {
    const errorOf = (people: unknown) => configErrorOf(() => DevelopmentSignIn({ people } as never))
    expect(errorOf([{ name: "A" }, {}])).to.include("people[1] has no `name` or `email`")
    expect(errorOf([{ name: "A" }, { name: "A" }])).to.include('two people have the id "A"')
    expect(errorOf([])).to.include("`people` is not a list with people")
    expect(errorOf([null])).to.include("people[0]")
  })

  describe("outside development (S55)", () => {
    const environments: Variables[] = [
      { NODE_ENV: "production" },
      { NODE_ENV: "test" },
      { NODE_ENV: "Development" },
      { NODE_ENV: "dev" },
      {},
    ]
    for (const env of environments)
      it(`does not exist where NODE_ENV is ${env.NODE_ENV ?? "unset"}, and one warning says so unless it is test`, async () => {
        const config = { providers: [apps.demo(), DevelopmentSignIn()], trustHost: true }
        const { url, logs } = await start(config, { env })
        const warnings = logs.filter(({ text }) => text === "development-only")
        expect(warnings).to.have.lengthOf(env.NODE_ENV === "test" ? 0 : 1)
        const agent = new UserAgent()
        const page = await agent.get(`${url}/auth/signin`)
        expect(textOf(page.body)).to.include("Continue with Demo").and.not.include("Ada")
        expect((await agent.get(`${url}/auth/providers`)).body).to.not.include("development")
        expect((await agent.get(`${url}/auth/signin/development`)).status).to.equal(404)
        const form = { csrfToken: await csrfOf(agent, url), person: "ada@example.com" }
        for (const path of ["callback", "signin", "link"])
          expect((await agent.post(`${url}/auth/${path}/development`, form)).status).to.equal(404)
        expect(await sessionOf(agent, url)).to.equal(null)
      })
  })

  describe("through a tunnel or proxy (S55)", () => {
    const tunnels: Variables[] = [
      { "x-forwarded-for": "203.0.113.7" },
      { forwarded: "for=203.0.113.7" },
      { "cf-ray": "1" },
    ]
    for (const headers of tunnels)
      it(`shows nothing and signs no one in with ${Object.keys(headers)}`, async () => {
        const { url } = await start({ providers: [apps.demo(), DevelopmentSignIn()] })
        const agent = new UserAgent({ headers })
        const page = await agent.get(`${url}/auth/signin`)
        expect(textOf(page.body)).to.include("Continue with Demo").and.not.include("Ada")
        expect((await agent.get(`${url}/auth/providers`)).body).to.not.include("development")
        const refused = await agent.get(`${url}/auth/signin/development`)
        expect(refused.status).to.equal(403)
        expect(textOf(refused.body)).to.include("Only for the developer")
        const form = { csrfToken: await csrfOf(agent, url), person: "ada@example.com" }
        for (const path of ["callback", "signin", "link"])
          expect((await agent.post(`${url}/auth/${path}/development`, form)).status).to.equal(403)
        expect((await agent.get(`${url}/auth/callback/development`)).status).to.equal(403)
        expect(await sessionOf(agent, url)).to.equal(null)
      })

    it("refuses handlers of the app too, and names the reason to an API client", async () => {
      const { url } = await start(
        {},
        {
          routes: (app, auth) =>
            void app.post("/in", (req, res) =>
              auth.signIn(req, res, "development", { fields: { person: "ada@example.com" } }),
            ),
        },
      )
      const headers = { "x-forwarded-for": "203.0.113.7", accept: "application/json" }
      const response = await fetch(`${url}/in`, { method: "POST", headers })
      expect(response.status).to.equal(403)
      expect(response.headers.getSetCookie().join()).to.not.include("session-token")
      expect(await response.json()).to.include({ code: "ERR_AUTH_DEVELOPMENT" })
    })

    it("refuses another host name that resolves to this computer", async () => {
      const { url, port } = await start()
      const agent = new UserAgent({ headers: { host: `rebound.example:${port}` } })
      expect((await agent.get(`${url}/auth/signin/development`)).status).to.equal(403)
    })
  })

  it("needs the CSRF token, and refuses posts of other sites", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const at = `${url}/auth/callback/development`
    expect((await agent.post(at, { person: "ada@example.com" })).status).to.equal(403)
    const form = { csrfToken: await csrfOf(agent, url), person: "ada@example.com" }
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" }
    expect((await agent.post(at, form, foreign)).status).to.equal(403)
    expect(await sessionOf(agent, url)).to.equal(null)
  })
})
