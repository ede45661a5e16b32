import { expect } from "chai"
import express from "express"
import Credentials from "express-authjs/providers/credentials"
import { csrfOf, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { passwords } from "../support/passwords.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("sign-in with credentials", () => {
  const { start } = useAuthApps()

  for (const strategy of ["jwt", "database"] as const)
    it(`signs in, keeps the session and signs out (${strategy})`, async () => {
      const adapter = createMemoryAdapter()
      await adapter.createUser({ id: "1", name: "ada", email: "ada@example.com", emailVerified: null })
      const { url } = await start({ providers: [passwords()], adapter, session: { strategy } })
      const agent = new UserAgent()
      const page = await agent.get(`${url}/auth/signin?callbackUrl=/home`)
      const answer = await agent.submit(page, { fields: { username: "ada", password: "right" } })
      expect(redirectTarget(answer)).to.equal(`${url}/home`)
      const session = await sessionOf(agent, url)
      expect(session?.user).to.include({ id: "1", name: "ada", email: "ada@example.com" })
      expect(adapter.rows.sessions.size).to.equal(strategy === "database" ? 1 : 0)
      await agent.submit(await agent.get(`${url}/auth/signout`))
      expect(await sessionOf(agent, url)).to.equal(null)
      expect(adapter.rows.sessions.size).to.equal(0)
    })

  it("shows a refusal on the sign-in page, without the reason", async () => {
    const { url, logs } = await start({ providers: [passwords()] })
    const agent = new UserAgent()
    const answers = []
    for (const username of ["ada", "unknown"]) {
      const page = await agent.get(`${url}/auth/signin`)
      const answer = await agent.submit(page, { fields: { username, password: "wrong" } })
      answers.push([answer.status, redirectTarget(answer)])
    }
    const target = `${url}/auth/signin?error=CredentialsSignin&code=credentials`
    expect(answers).to.deep.equal([
      [302, target],
      [302, target],
    ])
    expect(textOf((await agent.get(target)).body)).to.include("Those details do not match")
    expect(logs).to.deep.equal(answers.map(() => ({ level: "warn", text: "CredentialsSignin" })))
  })

  it("answers 401 to a JSON client that was wrong", async () => {
    const { url } = await start({ providers: [passwords()] })
    const client = new UserAgent({ navigate: false, headers: { accept: "application/json" } })
    const form = { csrfToken: await csrfOf(client, url), username: "ada", password: "wrong" }
    const answer = await client.post(`${url}/auth/callback/credentials`, form)
    expect([answer.status, answer.headers.get("content-type")]).to.deep.equal([
      401,
      "application/problem+json",
    ])
    expect(JSON.parse(answer.body)).to.include({
      title: "Wrong credentials",
      error: "CredentialsSignin",
      code: "credentials",
    })
  })

  it("refuses database sessions for a user the database does not know", async () => {
    const adapter = createMemoryAdapter()
    const { url, logs } = await start({ providers: [passwords("stranger")], adapter })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const answer = await agent.submit(page, { fields: { username: "ada", password: "right" } })
    expect(redirectTarget(answer)).to.include("/auth/error?error=Configuration")
    expect(adapter.rows.sessions.size).to.equal(0)
    expect(JSON.stringify(logs.map(({ error }) => (error as Error).cause))).to.include(
      "ERR_AUTH_AUTHORIZE_ID",
    )
  })

  it("answers 503 when the row of the session cannot be made", async () => {
    const adapter = createMemoryAdapter()
    await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    adapter.createSession = () => Promise.reject(new Error("connection refused"))
    const { url } = await start({ providers: [passwords()], adapter })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const answer = await agent.followAll(
      await agent.submit(page, { fields: { username: "a", password: "right" } }),
    )
    expect(answer.status).to.equal(503)
    expect(await sessionOf(agent, url)).to.equal(null)
  })

  it("gives authorize() the fields and a request, as Auth.js does", async () => {
    let given: unknown[] = []
    const authorize = (fields: object, request: Request) => {
      given = [fields, request.method, request.headers.get("user-agent"), request.headers.get("cookie") ?? ""]
      return { id: "1" }
    }
    const { url } = await start({ providers: [Credentials({ credentials: { username: {} }, authorize })] })
    const agent = new UserAgent({ headers: { "user-agent": "test" } })
    const csrfToken = await csrfOf(agent, url)
    await agent.post(`${url}/auth/callback/credentials`, { csrfToken, username: "ada", tags: ["a", "b"] })
    expect(given.slice(0, 3)).to.deep.equal([
      { csrfToken, username: "ada", tags: ["a", "b"] },
      "POST",
      "test",
    ])
    expect(given[3]).to.not.include("csrf").and.not.include("session")
  })

  it("S21: takes no object for a field of its form", async () => {
    let asked = 0
    const authorize = () => {
      asked++
      return null
    }
    const provider = Credentials({ credentials: { username: {}, password: {} }, authorize })
    const before = (app: express.Express) => void app.use(express.urlencoded({ extended: true }))
    const { url } = await start({ providers: [provider] }, { before })
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    for (const form of [{ "password[$ne]": "" }, { "username[0][$gt]": "x" }])
      expect(
        (await agent.post(`${url}/auth/callback/credentials`, { csrfToken, ...form } as never)).status,
      ).to.equal(400)
    expect(asked).to.equal(0)
  })
})
