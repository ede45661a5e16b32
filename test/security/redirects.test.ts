import { expect } from "chai"
import Credentials from "express-authjs/providers/credentials"
import { parse } from "node-html-parser"
import { csrfOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { processorTime } from "../support/processor-time.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

const corpus = [
  ...[
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
  ],
  ...[
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:\\\\evil.example",
    "HTTPS://EVIL.EXAMPLE",
  ],
  ...[
    "https://localhost@evil.example/",
    "https://localhost:x@evil.example/",
    "http://localhost.evil.example/",
  ],
  ...[
    "http://evil.example#@localhost/",
    "http://evil.example?@localhost/",
    "http://localhost%2eevil.example/",
  ],
  ...["http://user:pass@HOST/", "http://user@HOST/", "http://@evil.example/"],
  ...["http://localhost:1/", "https://HOST/", "//HOST:1/", "http://HOST.evil.example"],
  ...[
    "ht\ttps://evil.example",
    "h\nttps://evil.example",
    "\thttps://evil.example",
    " https://evil.example",
    "/\t/evil.example",
  ],
  ...[
    "/\n/evil.example",
    "\u0000//evil.example",
    "\u2028//evil.example",
    "/\r\nSet-Cookie: a=b",
    "/%0d%0aSet-Cookie:a=b",
  ],
  ...["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "javascript://HOST/%0aalert(1)"],
  ...[
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:http://HOST/x",
    "file:///etc/passwd",
    "about:blank",
  ],
  ...[
    "%2f%2fevil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/..//evil.example",
    "/.//evil.example",
    "//%2e%2e/",
  ],
  ...[
    "@evil.example",
    ".evil.example",
    "?//evil.example",
    "#//evil.example",
    "//",
    "/",
    "",
    "http://",
    "http://[",
    "http://%",
  ],
  ...[
    "http://[::1",
    "//[",
    "https://\uD800/",
    "/\uD800",
    "a".repeat(5000),
    "//evil。example",
    "http://ⓔⓥⓘⓛ.example",
  ],
]

/** Where the browser ends up, and the header as it was sent: one line, no other host. */
function expectOurs(answer: { headers: Headers; url: string }, url: string, candidate: string): void {
  const target = redirectTarget(answer)
  expect(target, candidate).to.be.a("string")
  expect(new URL(target ?? "").origin, `${JSON.stringify(candidate)} led to ${target}`).to.equal(
    new URL(url).origin,
  )
  expect(answer.headers.has("a"), candidate).to.equal(false)
}

/** The origins of all links of a page. */
function linkedOrigins({ body, url }: Visit): string[] {
  const hrefs = parse(body)
    .querySelectorAll("a")
    .map((link) => new URL(link.getAttribute("href") ?? "", url).origin)
  return [...new Set(hrefs)]
}

for (const [version, express] of expressVersions)
  describe(`S7: the redirect corpus on ${version}`, () => {
    const { start } = useAuthApps()
    const password = Credentials({ authorize: () => ({ id: "1" }) })
    const on = (url: string) => corpus.map((line) => line.replaceAll("HOST", new URL(url).host))

    it("stays ours through a sign-in with credentials: body, query, cookie", async () => {
      const { url } = await start({ providers: [password] }, { express })
      const agent = new UserAgent()
      const csrfToken = await csrfOf(agent, url)
      const action = `${url}/auth/callback/credentials`
      for (const candidate of on(url)) {
        expectOurs(await agent.post(action, { csrfToken, callbackUrl: candidate }), url, candidate)
        const query = new URLSearchParams({ callbackUrl: candidate })
        expectOurs(await agent.post(`${action}?${query}`, { csrfToken }), url, candidate)
        const cookie = `authjs.callback-url=${encodeURIComponent(Buffer.from(candidate).toString())}`
        const held = await agent.cookies.getCookieString(url)
        const headers = { cookie: `${held}; ${cookie}`, accept: "*/*" }
        const body = new URLSearchParams({ csrfToken })
        const answer = await fetch(action, { method: "POST", body, headers, redirect: "manual" })
        expectOurs({ headers: answer.headers, url: action }, url, candidate)
      }
    })

    it("stays ours through a sign-out: body and query, GET and POST", async () => {
      const { url } = await start({}, { express })
      const agent = new UserAgent()
      const csrfToken = await csrfOf(agent, url)
      for (const candidate of on(url)) {
        expectOurs(
          await agent.post(`${url}/auth/signout`, { csrfToken, callbackUrl: candidate }),
          url,
          candidate,
        )
        const query = new URLSearchParams({ callbackUrl: candidate })
        const signedOut = await agent.get(`${url}/auth/signout?${query}`)
        expect(linkedOrigins(signedOut), candidate).to.deep.equal([new URL(url).origin])
        await agent.cookies.setCookie("authjs.session-token=any", url)
        const page = await agent.get(`${url}/auth/signout?${query}`)
        expect(page.status, candidate).to.equal(200)
        expectOurs(await agent.submit(page), url, candidate)
      }
    })

    it("stays ours through a whole sign-in at a provider", async () => {
      const { url } = await start({}, { express })
      const agent = new UserAgent()
      for (const candidate of on(url))
        expectOurs(await signIn(agent, url, { callbackUrl: candidate }), url, candidate)
    })

    it("stays on our origin through a mailed link, unchanged and tampered with", async () => {
      const mailbox = createMailbox()
      const { url } = await start(
        { providers: [mailbox.provider], adapter: createMemoryAdapter() },
        { express },
      )
      const agent = new UserAgent()
      const csrfToken = await csrfOf(agent, url)
      for (const candidate of on(url)) {
        const form = { csrfToken, email: "ada@example.com", callbackUrl: candidate }
        await agent.post(`${url}/auth/signin/email`, form)
        const link = new URL(mailbox.link())
        expect(new URL(link.searchParams.get("callbackUrl") ?? "").origin, candidate).to.equal(url)
        link.searchParams.set("callbackUrl", candidate)
        expectOurs(await agent.submit(await agent.get(link.href)), url, candidate)
      }
    })

    it("stays ours on the way to a sign-in page of the app's own", async () => {
      const { url } = await start({ pages: { signIn: "/login" } }, { express })
      const agent = new UserAgent()
      for (const candidate of on(url)) {
        const target = redirectTarget(
          await agent.get(`${url}/auth/signin?${new URLSearchParams({ callbackUrl: candidate })}`),
        )
        const { searchParams } = new URL(target ?? "")
        expect(new URL(searchParams.get("callbackUrl") ?? "", url).origin, candidate).to.equal(url)
      }
    })

    it("stays ours in the JSON for Auth.js's browser client", async () => {
      const { url } = await start({ providers: [password] }, { express })
      const agent = new UserAgent()
      const csrfToken = await csrfOf(agent, url)
      const headers = { "x-auth-return-redirect": "1" }
      for (const callbackUrl of on(url)) {
        const answer = await agent.post(
          `${url}/auth/callback/credentials`,
          { csrfToken, callbackUrl },
          headers,
        )
        expect(new URL(JSON.parse(answer.body).url).origin, callbackUrl).to.equal(url)
      }
    })

    it("stays ours on a guarded route called //evil.example/", async () => {
      const { url } = await start(
        {},
        { express, routes: (app, auth) => void app.use(auth.requireAuth(), (_req, res) => res.send("in")) },
      )
      for (const path of ["//evil.example/", "/\\evil.example/", "//evil.example/%2f..", "///evil.example"]) {
        const answer = await new UserAgent().get(url + path)
        expect(answer.status).to.equal(302)
        const { origin, searchParams } = new URL(redirectTarget(answer) ?? "")
        expect([origin, new URL(searchParams.get("callbackUrl") ?? "").origin]).to.deep.equal([url, url])
      }
    })
  })

describe("S8: a malformed callbackUrl", () => {
  const { start } = useAuthApps()

  const values = ["http://", "[", "%", "%E0%A4%A", "%00", "a".repeat(6000), "http:///////", "a:b:c"]
  const paths = [
    "signin",
    "signin/demo",
    "signout",
    "error",
    "verify-request",
    "session",
    "csrf",
    "providers",
  ]
  const queries = values.flatMap((value) => [
    ...[`callbackUrl=${encodeURIComponent(value)}`, `callbackUrl=${value}`, `callbackUrl[]=${value}`],
  ])

  it("gets a quick, plain answer in the query of every page", async () => {
    const { url, logs } = await start()
    const agent = new UserAgent()
    const visitAll = async () => {
      for (const path of paths)
        for (const query of queries) {
          const { status } = await agent.get(`${url}/auth/${path}?${query}`)
          expect(status, `${path}?${query.slice(0, 40)}`).to.equal(path === "error" ? 400 : 200)
        }
    }
    expect(await processorTime(visitAll)).to.be.below(4000)
    expect(logs).to.deep.equal([])
  })

  it("is ignored in the cookie", async () => {
    const { url } = await start()
    for (const value of values) {
      const headers = { cookie: `authjs.callback-url=${value}` }
      for (const path of paths.slice(0, 3))
        expect((await fetch(`${url}/auth/${path}`, { headers })).status, value).to.equal(200)
    }
  })

  it("is ignored at a provider's callback", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const answer = await agent.get(`${url}/auth/callback/demo?callbackUrl=javascript:alert(1)&code=x&state=y`)
    expect(redirectTarget(answer)).to.equal(`${url}/auth/error?error=Expired`)
  })
})
