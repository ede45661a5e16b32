import { expect } from "chai"
import express from "express"
import type { ExpressAuthConfig } from "express-authjs"
import express4 from "express4"
import { parse } from "node-html-parser"
import { csrfOf, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { passwords } from "../support/passwords.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

const once = { limit: 1, window: 600 }

describe("a sign-in of which there were too many", () => {
  const { start } = useAuthApps()
  const limits = { nameFromClient: once }
  const startLimited = (config: Partial<ExpressAuthConfig> = {}, options = {}) =>
    start({ providers: [passwords()], limits, ...config }, options)

  /** The answer to the second wrong password. */
  async function refused(url: string, agent = new UserAgent()) {
    const fields = { username: "Ada", password: "wrong word" }
    const page = await agent.get(`${url}/auth/signin?callbackUrl=/home`)
    await agent.submit(page, { fields })
    return agent.submit(page, { fields })
  }

  for (const [name, create] of [
    ["4", express4],
    ["5", express],
  ] as const)
    it(`gets the sign-in page with 429, which says when, and keeps what was typed (Express ${name})`, async () => {
      const { url } = await startLimited({}, { express: create })
      const agent = new UserAgent()
      const answer = await refused(url, agent)
      expect(answer.status).to.equal(429)
      expect(Number(answer.headers.get("retry-after"))).to.be.within(590, 600)
      expect(answer.headers.get("cache-control")).to.equal("no-store")
      expect(answer.headers.get("content-security-policy")).to.include("default-src 'none'")
      expect(textOf(answer.body)).to.include("There were too many attempts. Try again in 10 minutes.")
      const input = (field: string) => parse(answer.body).querySelector(`input[name="${field}"]`)
      expect(input("username")?.getAttribute("value")).to.equal("Ada")
      expect(input("callbackUrl")?.getAttribute("value")).to.equal(`${url}/home`)
      expect(answer.body).to.not.include("wrong word")
      const other = await agent.submit(answer, { fields: { username: "grace", password: "right" } })
      expect(redirectTarget(other)).to.equal(`${url}/home`)
      expect((await sessionOf(agent, url))?.user.name).to.equal("grace")
    })

  it("uses the app's own text", async () => {
    const { url } = await startLimited({ messages: { RateLimited: "Slow down, please." } })
    expect(textOf((await refused(url)).body)).to.include("Slow down, please.")
  })

  it("leads a page of the app's own there, with the code and the destination", async () => {
    const { url } = await startLimited({ pages: { signIn: "/login" } })
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    const form = { csrfToken, username: "ada", password: "wrong", callbackUrl: "/home" }
    await agent.post(`${url}/auth/callback/credentials`, form)
    const answer = await agent.post(`${url}/auth/callback/credentials`, form)
    const target = new URL(redirectTarget(answer) ?? "")
    expect([answer.status, answer.headers.get("retry-after")]).to.deep.equal([302, null])
    expect([target.pathname, ...target.searchParams.values()]).to.deep.equal([
      "/login",
      "RateLimited",
      `${url}/home`,
    ])
  })

  it("gets problem+json where no page is requested", async () => {
    const { url } = await startLimited()
    for (const accept of ["application/json", "*/*"]) {
      const client = new UserAgent({ navigate: false, headers: { accept } })
      const form = { csrfToken: await csrfOf(client, url), username: accept, password: "wrong" }
      await client.post(`${url}/auth/callback/credentials`, form)
      const { status, headers, body } = await client.post(`${url}/auth/callback/credentials`, form)
      expect(status).to.equal(429)
      expect(headers.get("content-type")).to.include("application/problem+json")
      expect(Number(headers.get("retry-after"))).to.be.within(590, 600)
      expect(JSON.parse(body)).to.include({
        status: 429,
        title: "Too many attempts",
        error: "RateLimited",
        code: "ERR_AUTH_RATE_LIMIT",
      })
    }
  })

  it("tells the browser client of Auth.js the page, and its status", async () => {
    const { url } = await startLimited()
    const client = new UserAgent({ headers: { "x-auth-return-redirect": "1" } })
    const form = { csrfToken: await csrfOf(client, url), username: "ada", password: "wrong" }
    await client.post(`${url}/auth/callback/credentials`, form)
    const { status, headers, body } = await client.post(`${url}/auth/callback/credentials`, form)
    expect([status, headers.has("retry-after")]).to.deep.equal([429, true])
    expect(JSON.parse(body).url).to.equal(`${url}/auth/signin?error=RateLimited`)
  })

  it("is answered so in the app's own handler, too", async () => {
    const { url } = await startLimited(
      {},
      {
        routes: (app: express.Express, auth: Awaited<ReturnType<typeof start>>["auth"]) => {
          app.post("/login", express.urlencoded(), (req, res, next) => {
            auth.signIn(req, res, "credentials", { redirectTo: "/home" }).catch(next)
          })
        },
      },
    )
    const agent = new UserAgent()
    const form = { username: "ada", password: "wrong" }
    await agent.post(`${url}/login`, form)
    const answer = await agent.post(`${url}/login`, form)
    expect(answer.status).to.equal(429)
    const done = await agent.submit(answer, { fields: { username: "grace", password: "right" } })
    expect(redirectTarget(done)).to.equal(`${url}/home`)
  })

  it("explains itself where the page is opened again", async () => {
    const { url } = await startLimited()
    const page = await new UserAgent().get(`${url}/auth/signin?error=RateLimited`)
    expect(textOf(page.body)).to.include("There were too many attempts. Wait a few minutes")
  })

  it("keeps the e-mail address that was typed", async () => {
    const mailbox = createMailbox()
    const { url } = await start({
      providers: [mailbox.provider],
      adapter: createMemoryAdapter(),
      limits: { client: once },
    })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    await agent.submit(page, { fields: { email: "ada@example.com" } })
    const answer = await agent.submit(page, { fields: { email: "ada@example.com" } })
    expect([answer.status, mailbox.mails.length]).to.deep.equal([429, 1])
    const input = parse(answer.body).querySelector('input[name="email"]')
    expect(input?.getAttribute("value")).to.equal("ada@example.com")
  })
})
