import { readFile } from "node:fs/promises"
import { expect } from "chai"
import Credentials from "express-authjs/providers/credentials"
import { csrfOf, secret, signIn, useAuthApps } from "../support/auth-apps.js"
import { UserAgent } from "../support/user-agent.js"

const password = Credentials({
  credentials: { username: {}, password: {} },
  authorize: ({ username }) => (username === "ada" ? { id: "1", name: "Ada" } : null),
})

describe("S1: a configuration that cannot work", () => {
  const { start } = useAuthApps()

  it("opens no guard when it fails at a request, whatever the session callback returns", async () => {
    const strange = [
      undefined,
      "",
      "x",
      0,
      1,
      true,
      [],
      {},
      { message: "x" },
      { user: null },
      { user: "x" },
      new Error("x"),
    ]
    for (const result of strange) {
      const { url } = await start(
        { callbacks: { session: () => result as never } },
        { routes: (app, auth) => app.get("/in", auth.requireAuth(), (_req, res) => res.send("in")) },
      )
      const agent = new UserAgent()
      await signIn(agent, url)
      const answer = await agent.get(`${url}/in`)
      expect(answer.body, String(result)).to.not.equal("in")
      const { status, body } = await agent.get(`${url}/auth/session`)
      expect([200, 503], String(result)).to.include(status)
      if (status === 200) expect(JSON.parse(body)).to.be.an("object")
    }
  })

  it("starts no session when the provider cannot be reached or responds with nonsense", async () => {
    const { url } = await start(
      {},
      { routes: (app, auth) => app.get("/in", auth.requireAuth(), (_req, res) => res.send("in")) },
    )
    const agent = new UserAgent()
    for (const path of ["signin/demo", "signin/unknown", "callback/demo?code=x", "callback/unknown?code=x"]) {
      await agent.get(`${url}/auth/${path}`)
      await agent.post(`${url}/auth/${path}`)
      expect((await agent.get(`${url}/in`)).status).to.equal(302)
    }
  })

  it("answers a host that is not listed with 400", async () => {
    const { url } = await start({ hosts: ["example.com"] })
    const client = new UserAgent()
    expect((await client.get(`${url}/auth/signin`, { host: "evil.example" })).status).to.equal(400)
    expect((await client.get(`${url}/auth/signin`, { host: "example.com" })).status).to.equal(200)
  })
})

describe("S9: HTML in every query parameter of every page", () => {
  const { start } = useAuthApps()
  const html = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`

  it("is escaped, and no unknown code is explained", async () => {
    const { url } = await start()
    const names = [
      "callbackUrl",
      "error",
      "code",
      "id",
      "email",
      "login_hint",
      "provider",
      "type",
      "token",
      "x",
    ]
    for (const path of ["signin", "signin/demo", "signout", "error", "verify-request"])
      for (const name of names) {
        const { body } = await new UserAgent().get(`${url}/auth/${path}?${name}=${encodeURIComponent(html)}`)
        expect(body, `${path}?${name}`).to.not.include("<script").and.not.include("<img src=x")
        if (name === "error" || name === "code") expect(body, path).to.not.include("alert(1)")
      }
  })

  it("is escaped behind a mailed link, and in the names of providers", async () => {
    const { createMailbox } = await import("../support/mailbox.js")
    const { createMemoryAdapter } = await import("../support/memory-adapter.js")
    const mailbox = createMailbox({ name: html })
    const { url } = await start({ providers: [mailbox.provider], adapter: createMemoryAdapter() })
    const agent = new UserAgent()
    const query = new URLSearchParams({ token: html, email: html, callbackUrl: html })
    for (const path of [`signin`, `signin/email`, `callback/email?${query}`]) {
      const { status, body } = await agent.get(`${url}/auth/${path}`)
      expect([status, body.includes("<script"), body.includes("<img src=x")], path).to.deep.equal([
        200,
        false,
        false,
      ])
    }
  })
})

describe("S19: a form another site made the browser send", () => {
  const { start } = useAuthApps()

  const foreign: Record<string, Record<string, string>> = {
    "another site": { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    "a sub-domain": { "sec-fetch-site": "same-site", origin: "http://sub.localhost" },
    "a sandbox": { "sec-fetch-site": "cross-site", origin: "null" },
    "another site without Origin": { "sec-fetch-site": "cross-site" },
  }
  for (const [what, headers] of Object.entries(foreign))
    it(`is refused, token or not: ${what}`, async () => {
      const { url } = await start({ providers: [password] })
      for (const path of ["callback/credentials", "signin/credentials", "signout", "session", "signin"]) {
        const agent = new UserAgent()
        const form = { csrfToken: await csrfOf(agent, url), username: "ada", password: "x" }
        const answer = await agent.post(`${url}/auth/${path}`, form, headers)
        expect(answer.status, path).to.equal(403)
        expect(answer.setCookies.join(), path).to.not.include("session-token")
      }
    })

  it("is refused from an old browser: another Origin, or no token", async () => {
    const { url } = await start({ providers: [password] })
    const agent = new UserAgent({ navigate: false })
    const csrfToken = await csrfOf(agent, url)
    const action = `${url}/auth/callback/credentials`
    const form = { username: "ada", password: "x" }
    expect(
      (await agent.post(action, { ...form, csrfToken }, { origin: "https://evil.example" })).status,
    ).to.equal(403)
    expect((await agent.post(action, form)).status).to.equal(403)
    expect((await agent.post(action, form, { origin: "null" })).status).to.equal(403)
    expect((await agent.post(action, { ...form, csrfToken })).status).to.equal(302)
  })

  it("is refused with a CSRF cookie that was planted: made up, or cut", async () => {
    const { url } = await start({ providers: [password] })
    for (const [cookie, token] of [
      ["eve|eve", "eve"],
      ["eve", "eve"],
      ["|", ""],
      ["eve|", "eve"],
      [`eve|${"0".repeat(64)}`, "eve"],
    ] as const) {
      const body = new URLSearchParams({ csrfToken: token, username: "ada" })
      const headers = { cookie: `authjs.csrf-token=${cookie}` }
      const answer = await fetch(`${url}/auth/callback/credentials`, {
        method: "POST",
        body,
        headers,
        redirect: "manual",
      })
      expect([answer.status, answer.headers.getSetCookie()]).to.deep.equal([403, []])
    }
  })

  it("is refused from a sub-domain with a genuine token of its own planted", async () => {
    const { url } = await start({ providers: [password] })
    const eve = new UserAgent()
    const csrfToken = await csrfOf(eve, url)
    const cookie = await eve.cookies.getCookieString(url)
    const body = new URLSearchParams({ csrfToken, username: "ada" })
    for (const headers of [{ "sec-fetch-site": "same-site" }, { origin: "http://sub.localhost" }]) {
      const init = { method: "POST", body, headers: { cookie, ...headers }, redirect: "manual" } as const
      expect((await fetch(`${url}/auth/callback/credentials`, init)).status).to.equal(403)
    }
  })

  it("has a __Host- cookie under HTTPS, which no sub-domain can plant", async () => {
    const { url } = await start({ url: "https://example.com" })
    const { setCookies } = await new UserAgent().get(`${url}/auth/csrf`)
    expect(setCookies.join()).to.match(
      /^__Host-authjs\.csrf-token=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
  })
})

describe("CSRF tokens and a new secret", () => {
  const { start } = useAuthApps()
  const newer = "a newer secret of thirty-two characters or more"

  it("lets forms opened before the rotation still work, as long as the old secret is listed", async () => {
    const old = await start({ providers: [password] })
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, old.url)
    const cookie = await agent.cookies.getCookieString(old.url)
    const body = new URLSearchParams({ csrfToken, username: "ada" })
    const send = (url: string) =>
      fetch(`${url}/auth/callback/credentials`, {
        method: "POST",
        body,
        headers: { cookie },
        redirect: "manual",
      })
    const rotated = await start({ providers: [password], secret: [newer, secret] })
    expect((await send(rotated.url)).headers.getSetCookie().join()).to.include("session-token=e")
    const forgotten = await start({ providers: [password], secret: newer })
    expect((await send(forgotten.url)).status).to.equal(403)
  })
})

describe("S22: known and unknown names", () => {
  const { start } = useAuthApps()

  it("get the same answer to a wrong password", async () => {
    const authorize = () => null
    const { url } = await start({ providers: [Credentials({ credentials: { username: {} }, authorize })] })
    const answers = []
    for (const username of ["ada", "unknown"]) {
      const agent = new UserAgent()
      const form = { csrfToken: await csrfOf(agent, url), username }
      const { status, body, headers, setCookies } = await agent.post(`${url}/auth/callback/credentials`, form)
      // What was typed comes back sealed, differently each time.
      const cookies = setCookies.map((line) => line.replace(/=[^;]+/, "="))
      answers.push([status, body, headers.get("location"), cookies])
    }
    expect(answers[0]).to.deep.equal(answers[1])
  })
})

describe("S23: comparing what is secret", () => {
  it("takes the same time however much is right: timingSafeEqual, never ===", async () => {
    const source = await readFile(new URL("../../lib/http/csrf.ts", import.meta.url), "utf8")
    expect(source).to.include("timingSafeEqual(left, right)")
    expect(source).to.not.match(/\b(?:token|digest|submitted)\b\)? [!=]==? (?!undefined|"string")/)
  })
})
