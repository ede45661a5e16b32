import { expect } from "chai"
import { cookiesOf, csrfOf, sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { UserAgent } from "../support/user-agent.js"

describe("GET session", () => {
  const { start } = useAuthApps()

  it("is null for an anonymous request, and never cached", async () => {
    const { url } = await start()
    const answer = await new UserAgent().get(`${url}/auth/session`)
    expect([answer.status, answer.body]).to.deep.equal([200, "null"])
    expect(answer.headers.get("content-type")).to.equal("application/json")
    expect(answer.headers.get("cache-control")).to.equal("private, no-store")
  })

  it("is 503 when the session cannot be read, and the cookie stays", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await start({ adapter })
    const agent = new UserAgent()
    await signIn(agent, url)
    const { getSessionAndUser } = adapter
    adapter.getSessionAndUser = () => Promise.reject(new Error("connection refused"))
    const answer = await agent.get(`${url}/auth/session`)
    expect([answer.status, answer.setCookies]).to.deep.equal([503, []])
    adapter.getSessionAndUser = getSessionAndUser
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })
})

describe("a session that cannot be sent as JSON", () => {
  const { start } = useAuthApps()
  const circular: Record<string, unknown> = {}
  circular.self = circular

  for (const [name, value] of Object.entries({ circular, BigInt: 1n }))
    it(`is 503 with the cause in the log, and pages still read it: ${name}`, async () => {
      const { url, logs } = await start(
        { callbacks: { session: ({ session }) => ({ ...session, value }) } },
        {
          routes: (app, auth) =>
            app.get("/page", auth.requireAuth(), (req, res) => res.send(req.auth.user.name)),
        },
      )
      const agent = new UserAgent()
      await signIn(agent, url)
      const csrfToken = await csrfOf(agent, url)
      for (const ask of [
        () => agent.get(`${url}/auth/session`),
        () => postJson(agent, `${url}/auth/session`, { csrfToken }),
      ]) {
        logs.splice(0)
        expect((await ask()).status).to.equal(503)
        const [line] = logs.filter(({ level }) => level === "error")
        expect(line?.error).to.include({ code: "ERR_AUTH_SESSION" })
        expect(String(line?.error)).to.include("callbacks.session")
        expect(String(Object(line?.error).cause)).to.match(/circular|BigInt/)
      }
      expect((await agent.get(`${url}/page`)).body).to.equal("Ada Lovelace")
    })
})

describe("POST session", () => {
  const { start } = useAuthApps()

  it("hands data to callbacks.jwt with the trigger, and keeps what it makes of it", async () => {
    const triggers: unknown[] = []
    const { url } = await start({
      callbacks: {
        jwt: ({ token, trigger, session }) => {
          triggers.push(trigger)
          return trigger === "update" ? { ...token, name: session.name } : token
        },
      },
    })
    const agent = new UserAgent()
    await signIn(agent, url)
    const csrfToken = await csrfOf(agent, url)
    const updated = await postJson(agent, `${url}/auth/session`, { csrfToken, data: { name: "Countess" } })
    expect([updated.status, (await updated.json()).user.name]).to.deep.equal([200, "Countess"])
    for (const line of updated.headers.getSetCookie()) await agent.cookies.setCookie(line, url)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Countess")
    expect(triggers).to.deep.equal(["signIn", "update", undefined])
  })

  it("hands data to callbacks.session under the database strategy", async () => {
    const seen: unknown[] = []
    const { url } = await start({
      adapter: createMemoryAdapter(),
      callbacks: {
        session: ({ session, newSession, trigger }) => {
          seen.push([trigger, newSession])
          return session
        },
      },
    })
    const agent = new UserAgent()
    await signIn(agent, url)
    const csrfToken = await csrfOf(agent, url)
    await postJson(agent, `${url}/auth/session`, { csrfToken, data: { name: "Countess" } })
    expect(seen).to.deep.equal([["update", { name: "Countess" }]])
  })

  it("S19: is refused without a CSRF token, with another browser's, and for another site", async () => {
    const updates: unknown[] = []
    const { url } = await start({
      callbacks: {
        jwt: ({ token, trigger }) => {
          if (trigger === "update") updates.push(trigger)
          return token
        },
      },
    })
    const agent = new UserAgent()
    await signIn(agent, url)
    const csrfToken = await csrfOf(agent, url)
    const foreign = await csrfOf(new UserAgent(), url)
    for (const [body, headers] of [
      [{ data: {} }, {}],
      [{ data: {}, csrfToken: foreign }, {}],
      [{ data: {}, csrfToken: [csrfToken] }, {}],
      [{ data: {}, csrfToken }, { "sec-fetch-site": "cross-site" }],
      [{ data: {}, csrfToken }, { origin: "https://evil.example" }],
    ] as const)
      expect((await postJson(agent, `${url}/auth/session`, body, headers)).status).to.equal(403)
    expect(updates).to.deep.equal([])
  })

  it("is null for an anonymous request", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const answer = await postJson(agent, `${url}/auth/session`, {
      csrfToken: await csrfOf(agent, url),
      data: {},
    })
    expect([answer.status, await answer.json()]).to.deep.equal([200, null])
  })

  it("from the app's own handler: updateSession()", async () => {
    const { url } = await start(
      {
        callbacks: {
          jwt: ({ token, trigger, session }) => (trigger === "update" ? { ...token, ...session } : token),
        },
      },
      {
        routes: (app, auth) =>
          app.post("/name", async (req, res) => {
            const session = await auth.updateSession(req, res, { name: "Countess" })
            res.json([session?.user.name, (await auth.getSession(req, res))?.user.name])
          }),
      },
    )
    const agent = new UserAgent()
    await signIn(agent, url)
    expect(JSON.parse((await agent.post(`${url}/name`)).body)).to.deep.equal(["Countess", "Countess"])
    expect((await sessionOf(agent, url))?.user.name).to.equal("Countess")
    expect(Object.keys(await cookiesOf(agent, url))).to.include("authjs.session-token")
  })
})

async function postJson(agent: UserAgent, url: string, body: object, headers: Record<string, string> = {}) {
  const cookie = await agent.cookies.getCookieString(url)
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", cookie, ...headers },
    body: JSON.stringify(body),
  })
}
