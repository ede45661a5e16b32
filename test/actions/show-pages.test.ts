import { Auth } from "@auth/core"
import { expect } from "chai"
import Credentials from "express-authjs/providers/credentials"
import GitHub from "express-authjs/providers/github"
import { cookiesOf, csrfOf, secret, signIn, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("what Auth.js answers as JSON", () => {
  const { start } = useAuthApps()
  const providers = () => [
    GitHub({ clientId: "id", clientSecret: "secret" }),
    Credentials({ id: "staff", name: "Staff", authorize: () => null } as never),
  ]

  it("has core's shape at GET providers", async () => {
    const { url } = await start({ providers: providers() })
    const core = await Auth(new Request(`${url}/auth/providers`), {
      ...{ providers: providers(), secret, trustHost: true, basePath: "/auth" },
    })
    const answer = await new UserAgent().get(`${url}/auth/providers`)
    expect(JSON.parse(answer.body)).to.deep.equal(await core.json())
  })

  it("has core's shape at GET csrf, and the same token as long as the cookie lives", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const first = await agent.get(`${url}/auth/csrf`)
    expect(JSON.parse(first.body)).to.have.all.keys("csrfToken")
    expect(first.headers.get("cache-control")).to.equal("private, no-store")
    expect(await csrfOf(agent, url)).to.equal(JSON.parse(first.body).csrfToken)
    const cookie = decodeURIComponent((await cookiesOf(agent, url))["authjs.csrf-token"] ?? "")
    expect(cookie).to.match(new RegExp(`^${JSON.parse(first.body).csrfToken}\\|[0-9a-f]{64}$`))
  })
})

describe("pages", () => {
  const { start } = useAuthApps()

  for (const [error, status] of [
    ["Configuration", 500],
    ["AccessDenied", 403],
    ["Verification", 400],
    ["MissingCSRF", 403],
    ["Unavailable", 503],
    ["Expired", 400],
    ["<script>", 400],
    ["", 400],
  ] as const)
    it(`GET error answers ${status} for ${JSON.stringify(error)}`, async () => {
      const { url } = await start()
      const page = await new UserAgent().get(`${url}/auth/error?${new URLSearchParams({ error })}`)
      expect(page.status).to.equal(status)
    })

  it("GET verify-request says that a mail is on its way", async () => {
    const { url } = await start()
    const page = await new UserAgent().get(`${url}/auth/verify-request?provider=email&type=email`)
    expect([page.status, textOf(page.body).includes("Check your email")]).to.deep.equal([200, true])
  })

  it("S20: cannot be framed, sniffed or cached", async () => {
    const { url } = await start()
    for (const path of ["signin", "signin/demo", "signout", "error", "verify-request"]) {
      const { headers } = await new UserAgent().get(`${url}/auth/${path}`)
      expect(headers.get("content-security-policy"), path).to.include("frame-ancestors 'none'")
      expect(headers.get("content-security-policy"), path).to.include("default-src 'none'")
      expect(headers.get("x-content-type-options"), path).to.equal("nosniff")
      expect(headers.get("cache-control"), path).to.equal("no-store")
    }
  })
})

describe("pages of the app's own", () => {
  const { start, demo } = useAuthApps()
  const pages = {
    ...{ signIn: "/login", signOut: "/logout", error: "/oops?kind=auth", verifyRequest: "/check-mail" },
  }

  it("get the destination and the error", async () => {
    const { url } = await start({ pages })
    const agent = new UserAgent()
    const signInTarget = redirectTarget(
      await agent.get(`${url}/auth/signin?callbackUrl=/x&error=SessionRequired`),
    )
    const callbackUrl = encodeURIComponent(`${url}/x`)
    expect(signInTarget).to.equal(`${url}/login?callbackUrl=${callbackUrl}&error=SessionRequired`)
    expect(redirectTarget(await agent.get(`${url}/auth/signout`))).to.equal(`${url}/logout`)
    const errorTarget = redirectTarget(await agent.get(`${url}/auth/error?error=AccessDenied`))
    expect(errorTarget).to.equal(`${url}/oops?kind=auth&error=AccessDenied`)
  })

  it("get the error of a failed sign-in", async () => {
    const { url } = await start({ pages, callbacks: { signIn: () => false } })
    const target = redirectTarget(await signInOnOwnPage(url))
    expect(target).to.equal(`${url}/oops?kind=auth&error=AccessDenied`)
  })

  it("get a refused password with the destination", async () => {
    const { url } = await start({ pages, providers: [Credentials({ authorize: () => null })] })
    const agent = new UserAgent()
    const form = { csrfToken: await csrfOf(agent, url), callbackUrl: "/x" }
    const target = redirectTarget(await agent.post(`${url}/auth/callback/credentials`, form))
    const callbackUrl = encodeURIComponent(`${url}/x`)
    expect(target).to.equal(
      `${url}/login?error=CredentialsSignin&code=credentials&callbackUrl=${callbackUrl}`,
    )
  })

  it("follow a mail on its way", async () => {
    const { url } = await start({
      pages,
      providers: [createMailbox().provider],
      adapter: createMemoryAdapter(),
    })
    const agent = new UserAgent()
    const form = { csrfToken: await csrfOf(agent, url), email: "ada@example.com" }
    const answer = await agent.followAll(await agent.post(`${url}/auth/signin/email`, form))
    expect(answer.url).to.equal(`${url}/check-mail?provider=email&type=email`)
  })

  it("remember the destination for a form that does not carry it", async () => {
    const { url } = await start({ pages })
    const agent = new UserAgent()
    await agent.get(`${url}/auth/signin?callbackUrl=/x`)
    const back = await signInOnOwnPage(url, agent)
    expect(redirectTarget(back)).to.equal(`${url}/x`)
    expect(Object.keys(await cookiesOf(agent, url))).to.not.include("authjs.callback-url")
  })

  it("remember a destination elsewhere that callbacks.redirect allows", async () => {
    const allowed = "https://app.example.com/x"
    const redirect = ({ url, baseUrl }: { url: string; baseUrl: string }) => (url === allowed ? url : baseUrl)
    const { url } = await start({ pages, providers: [demo()], callbacks: { redirect } })
    const agent = new UserAgent()
    await agent.get(`${url}/auth/signin?${new URLSearchParams({ callbackUrl: allowed })}`)
    expect(redirectTarget(await signInOnOwnPage(url, agent))).to.equal(allowed)
  })

  async function signInOnOwnPage(url: string, agent = new UserAgent()) {
    const { signInAtProvider } = await import("../support/sign-in-at-provider.js")
    const leaving = await agent.post(`${url}/auth/signin/demo`, { csrfToken: await csrfOf(agent, url) })
    return signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
  }
})

describe("GET /auth/assets", () => {
  const { start } = useAuthApps()

  it("is kept for good where the address names the content, for minutes where it has no hash, and not with another", async () => {
    const { url } = await start()
    const cached = async (path: string) =>
      (await new UserAgent().get(url + path)).headers.get("cache-control")
    // During a deployment, a page of another version may have asked for it.
    expect(await cached("/auth/assets/passkey.js?v=abc")).to.equal("no-cache")
    const { body } = await new UserAgent().get(`${url}/auth/signin`)
    const [, hashed = ""] = /href="([^"]*style\.css\?v=[^"]+)"/.exec(body) ?? []
    expect(await cached(hashed)).to.equal("public, max-age=31536000, immutable")
    expect(await cached("/auth/assets/passkey.js")).to.equal("public, max-age=600")
  })
})

describe("callbacks and events", () => {
  const { start } = useAuthApps()

  it("receive what core passes to them, in core's order", async () => {
    const told: [string, string[]][] = []
    const tell =
      <T>(name: string, answer?: (message: T) => unknown) =>
      (message: T) => {
        told.push([name, Object.keys(message as object).sort()])
        return answer?.(message) as never
      }
    const events = ["signIn", "createUser", "linkAccount", "session", "signOut"] as const
    const { url } = await start({
      adapter: createMemoryAdapter(),
      session: { strategy: "jwt" },
      callbacks: {
        signIn: tell("callbacks.signIn", () => true),
        jwt: tell("callbacks.jwt", ({ token }: { token: object }) => token),
        session: tell("callbacks.session", ({ session }: { session: object }) => session),
      },
      events: Object.fromEntries(events.map((name) => [name, tell(`events.${name}`)])),
    })
    const agent = new UserAgent()
    await signIn(agent, url)
    await agent.get(`${url}/auth/session`)
    await agent.submit(await agent.get(`${url}/auth/signout`))
    expect(told).to.deep.equal([
      ["callbacks.signIn", ["account", "profile", "user"]],
      ["events.createUser", ["user"]],
      ["events.linkAccount", ["account", "profile", "user"]],
      ["callbacks.jwt", ["account", "isNewUser", "profile", "token", "trigger", "user"]],
      ["events.signIn", ["account", "isNewUser", "profile", "user"]],
      ["callbacks.jwt", ["session", "token"]],
      ["callbacks.session", ["session", "token"]],
      ["events.session", ["session", "token"]],
      ["events.signOut", ["token"]],
    ])
  })
})
