import { expect } from "chai"
import { Strategy as LocalStrategy, type VerifyFunction } from "passport-local"
import { csrfOf, sessionOf } from "../support/auth-apps.js"
import { type Directory, startDirectory } from "../support/directory.js"
import { textOf } from "../support/html-form.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { type PassportApp, rowsOf, signIn, usePassportApps } from "./apps.js"
import { createLdap, type StrategyCase, strategyCases } from "./strategies.js"

const nothing = { users: 0, accounts: 0, sessions: 0 }
const noSpace = { close: async () => {} }

for (const name of ["passport-local", "passport-ldapauth"] as const)
  describe(`${name} as a provider, with a form`, () => {
    const { start } = usePassportApps()
    const strategyCase = strategyCases[name] as StrategyCase

    async function type(app: PassportApp, agent: UserAgent, fields: Record<string, string>): Promise<Visit> {
      return agent.followAll(await signIn(agent, app.url, { id: strategyCase.id, typed: fields as never }))
    }

    for (const [what, username, password] of [
      ["a wrong password", "ada", "wrong"],
      ["an unknown name", "unknown", "analytical"],
      ["no password", "ada", ""],
      ["no name", "", "analytical"],
      ["a name that is a pattern", "*", "analytical"],
      ["a name that is half a filter", "ada)(uid=*", "analytical"],
      ["a name with a zero byte", "ada\0", "analytical"],
      ["a very long name", "a".repeat(20_000), "analytical"],
      ["markup for a name", "<script>alert(1)</script>", "x"],
    ] as const)
      it(`stays on the sign-in page for ${what}`, async () => {
        const app = await start(strategyCase, { strategy: "database" })
        const agent = new UserAgent()
        const page = await type(app, agent, { username, password })
        expect(page.url).to.match(/\/auth\/signin\/?\w*\?.*error=/)
        expect(page.status).to.equal(200)
        expect(page.body).to.not.include("<script>alert")
        if (password) expect(page.body).to.not.include(`value="${password}"`)
        expect(await sessionOf(agent, app.url)).to.equal(null)
        expect(rowsOf(app)).to.deep.equal(nothing)
      })

    it("signs in after a mistake, at the page it was for", async () => {
      const app = await start(strategyCase)
      const agent = new UserAgent()
      const wrong = { ...strategyCase.typed, password: "wrong" } as never
      const refused = await signIn(agent, app.url, {
        id: strategyCase.id,
        typed: wrong,
        callbackUrl: "/guarded",
      })
      const page = await agent.followAll(refused)
      const done = await agent.submit(page, { formAction: /callback/, fields: { ...strategyCase.typed } })
      expect(redirectTarget(done)).to.equal(`${app.url}/guarded`)
      expect((await sessionOf(agent, app.url))?.user.name).to.equal("Ada Lovelace")
    })

    it("S22: shows the same message for an unknown name and a wrong password", async () => {
      const app = await start(strategyCase)
      const texts = []
      for (const username of ["ada", "unknown"]) {
        const page = await type(app, new UserAgent(), { username, password: "wrong" })
        texts.push(textOf(page.body).replaceAll(username, ""))
      }
      expect(texts[0]).to.equal(texts[1])
    })

    it("reads no password out of an address, and no list or object out of a form", async () => {
      const app = await start(strategyCase)
      const agent = new UserAgent()
      const csrfToken = await csrfOf(agent, app.url)
      const target = `${app.url}/auth/callback/${strategyCase.id}`
      const right = new URLSearchParams(strategyCase.typed)
      const answers = [
        await agent.get(`${target}?${right}`),
        await agent.post(`${target}?${right}`, { csrfToken }),
        await agent.post(target, { csrfToken, username: ["ada", "bob"], password: ["analytical", "x"] }),
        await agent.post(target, { csrfToken, "username[a]": "ada", "password[a]": "analytical" }),
        await agent.post(
          target,
          new URLSearchParams([
            ["csrfToken", csrfToken],
            ["__proto__[username]", "ada"],
            ["__proto__[password]", "analytical"],
          ]),
        ),
      ]
      for (const answer of answers) expect((await agent.followAll(answer)).status).to.be.below(500)
      expect(await sessionOf(agent, app.url)).to.equal(null)
      expect(rowsOf(app)).to.deep.equal(nothing)
    })

    it("S12: a new session after each sign-in, while signed in as the same user or another", async () => {
      const app = await start(strategyCase, { strategy: "database" })
      const agent = new UserAgent()
      const seen = new Set<string>()
      for (let n = 0; n < 2; n++) {
        await signIn(agent, app.url, strategyCase)
        for (const token of app.adapter.rows.sessions.keys()) seen.add(token)
      }
      expect(seen.size).to.equal(2)
      expect(rowsOf(app)).to.deep.equal({ users: 1, accounts: 1, sessions: 1 })
    })

    it("keeps what was typed out of logs, debug or not (S11)", async () => {
      const app = await start(strategyCase, { config: { debug: true } })
      const agent = new UserAgent()
      await type(app, agent, { username: "ada", password: "wr0ng-passw0rd" })
      await signIn(agent, app.url, strategyCase)
      const logged = app.logs.map(({ text, error }) => text + String(error ?? "")).join("\n")
      expect(logged).to.not.match(/wr0ng-passw0rd|analytical/)
    })
  })

describe("the message of a strategy's refusal", () => {
  const { start } = usePassportApps()

  async function said(info: string | { message: string }): Promise<string> {
    const strategy = new LocalStrategy((_name, _password, done) => done(null, false, info as never))
    const refusing = {
      id: "form",
      typed,
      start: async () => ({ create: () => strategy, close: async () => {} }),
    }
    const { url } = await start(refusing)
    const agent = new UserAgent()
    return (await agent.followAll(await signIn(agent, url, { id: "form", typed }))).body
  }

  const typed = { username: "ada", password: "analytical" }

  it("is on the page, as text", async () => {
    expect(textOf(await said({ message: "Your account is <b>locked</b>." }))).to.include(
      "Your account is <b>locked</b>.",
    )
    expect(await said({ message: "<img src=x onerror=alert(1)>" })).to.not.include("<img src=x")
  })
})

describe("a strategy that reads a form and cannot answer", () => {
  const { start } = usePassportApps()

  async function expectFault(app: PassportApp): Promise<string> {
    const agent = new UserAgent()
    const page = await agent.followAll(await signIn(agent, app.url, { id: "form", typed }))
    expect(page.url).to.match(/\/auth\/error\?error=/)
    expect(page.status).to.be.within(500, 503)
    expect(await sessionOf(agent, app.url)).to.equal(null)
    expect(rowsOf(app)).to.deep.equal(nothing)
    expect(app.logs.filter(({ level }) => level === "error")).to.have.length(1)
    return textOf(page.body)
  }

  const typed = { username: "ada", password: "analytical" }
  const fields = { username: {}, password: { type: "password" } } as const
  const local = (verify: VerifyFunction): StrategyCase => ({
    id: "form",
    typed,
    start: async () => ({ create: () => new LocalStrategy(verify), ...noSpace }),
  })

  it("does not call a password wrong when the directory is down", async () => {
    const directory: Directory = await startDirectory()
    await directory.close()
    const down: StrategyCase = {
      id: "form",
      typed,
      start: async () => ({ create: () => createLdap(directory), ...noSpace }),
    }
    const said = await expectFault(await start(down, { provider: { fields } }))
    expect(said).to.not.match(/match|wrong|ECONNREFUSED/i)
  })

  const faults: Record<string, VerifyFunction> = {
    "calls done with an error": (_name, _password, done) => done(new Error("The table is gone")),
    throws: () => {
      throw new Error("The table is gone")
    },
    "returns a user without an id": (_name, _password, done) => done(null, { name: "Ada Lovelace" }),
    "returns a user with an empty id": (_name, _password, done) => done(null, { id: "" }),
    "returns a user whose id is an object": (_name, _password, done) => done(null, { id: { $ne: null } }),
  }
  for (const [what, verify] of Object.entries(faults))
    it(`is an error, not a wrong password, when it ${what}`, async () => {
      const said = await expectFault(await start(local(verify)))
      expect(said).to.not.match(/The table is gone/)
    })
})
