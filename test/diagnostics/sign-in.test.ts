import { expect } from "chai"
import { diagnosticId } from "express-authjs/diagnostics"
import { PassportProvider } from "express-authjs/passport"
import Nodemailer from "express-authjs/providers/nodemailer"
import { Strategy as LocalStrategy } from "passport-local"
import { link, useAccountApps } from "../support/account-apps.js"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { cookiesOf, secret, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { type MailServer, startMailServer } from "../support/mail-server.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { usePasskeyApps } from "../support/passkey-apps.js"
import { registerPasskey, signInWithPasskey } from "../support/passkey-visitor.js"
import { passwords } from "../support/passwords.js"
import { useDiagnostics } from "../support/record-diagnostics.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

const demo = { provider: "demo", type: "oidc", linking: false } as const

describe("diagnostics of a sign-in at a provider", () => {
  const apps = useAuthApps()
  const { messages, recorded, expectWithout } = useDiagnostics()

  it("tells that it started, finished, and who signed in", async () => {
    const adapter = createMemoryAdapter()
    const { url } = await apps.start({ adapter })
    const agent = new UserAgent()
    await signIn(agent, url)
    const [row] = [...adapter.rows.users.values()]
    const user = diagnosticId(row?.id ?? "", secret)
    expect(messages("sign-in-start")).to.deep.equal([{ ...demo, outcome: "started" }])
    expect(messages("sign-in")).to.deep.equal([{ ...demo, outcome: "signed-in", user }])
    expect(messages("signed-in")).to.deep.equal([{ provider: "demo", newUser: true, user }])
    expect(messages("refused")).to.deep.equal([])
    expect((await sessionOf(agent, url))?.user.email).to.equal("ada@example.com")
    expect(messages("session-read").at(-1)).to.include({ strategy: "database", outcome: "active", user })
  })

  it("measures durations, and publishes start and end of the same object", async () => {
    const { url } = await apps.start()
    await signIn(new UserAgent(), url)
    const steps = recorded.filter(({ channel }) => channel.startsWith("tracing:express-authjs:sign-in:"))
    expect(steps.map(({ channel }) => channel.split(":").at(-1))).to.deep.equal([
      "start",
      "end",
      "asyncStart",
      "asyncEnd",
    ])
    expect(steps[0]?.message).to.not.have.property("outcome")
    expect(steps[3]?.message.duration).to.be.above(0).and.below(60_000)
  })

  it("names the same user in every message, with a JWT session", async () => {
    const { url } = await apps.start()
    const agent = new UserAgent()
    await signIn(agent, url)
    await sessionOf(agent, url)
    const [finished] = messages("sign-in")
    expect(finished?.user).to.match(/^[\w-]{16}$/)
    expect(messages("signed-in")[0]?.user).to.equal(finished?.user)
    expect(messages("session-read").at(-1)).to.include({ outcome: "active", user: finished?.user })
  })

  it("S58: contains no token, code, state, cookie, name or address", async () => {
    const { url } = await apps.start({ adapter: createExtendedAdapter() })
    const agent = new UserAgent()
    const leaving = await startSignIn(agent, url)
    const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
    await sessionOf(agent, url)
    const cookies = Object.values(await cookiesOf(agent, `${url}/auth/`))
    await agent.submit(await agent.get(`${url}/auth/signout`))
    const sent = [redirectTarget(leaving) ?? "", back.url]
    const params = sent.flatMap((one) => [...new URL(one).searchParams.values()])
    const secrets = [...params, ...cookies, secret]
    expect(secrets).to.have.lengthOf.above(8)
    expectWithout([...secrets.filter((one) => one.length > 8), "Ada", "ada@example.com", "example.com"])
  })

  it("refuses a callback with another state, once", async () => {
    const { url } = await apps.start()
    const agent = new UserAgent()
    await startSignIn(agent, url)
    await agent.get(`${url}/auth/callback/demo?code=stolen&state=forged`)
    expect(messages("refused")).to.deep.equal([
      { action: "callback", provider: "demo", reason: "Expired", code: "ERR_AUTH_FLOW", status: 400 },
    ])
    expect(messages("sign-in")).to.deep.equal([])
    expectWithout(["stolen", "forged"])
  })

  it("refuses a sign-in that the user cancels, once", async () => {
    const { url } = await apps.start()
    const agent = new UserAgent()
    await signInAtProvider(agent, await startSignIn(agent, url), { cancel: true })
    const reason = "OAuthCallbackError"
    expect(messages("sign-in")).to.deep.equal([{ ...demo, outcome: "refused", reason }])
    expect(messages("refused")).to.deep.equal([
      { action: "callback", provider: "demo", reason, code: "access_denied", status: 400 },
    ])
  })

  it("refuses a user that callbacks.signIn sends elsewhere, once", async () => {
    const { url } = await apps.start({ callbacks: { signIn: () => "/invitation-needed" } })
    await signIn(new UserAgent(), url)
    expect(messages("sign-in")).to.deep.equal([{ ...demo, outcome: "refused", reason: "AccessDenied" }])
    expect(messages("refused")).to.deep.equal([
      { action: "callback", provider: "demo", reason: "AccessDenied", status: 403 },
    ])
    expect(messages("signed-in")).to.deep.equal([])
  })

  it("fails with the id in the log when the provider is down", async () => {
    const { url, logs } = await apps.start({ providers: [apps.demo({ issuer: "http://127.0.0.1:9" })] })
    await startSignIn(new UserAgent(), url)
    const id = logs.find(({ level }) => level === "error")?.id
    expect(id).to.be.a("string")
    const reason = "ProviderUnavailable"
    expect(messages("sign-in-start")).to.deep.equal([{ ...demo, outcome: "failed", reason }])
    const code = "ERR_AUTH_PROVIDER_UNAVAILABLE"
    expect(messages("refused")).to.deep.equal([
      { action: "signin", provider: "demo", reason, code, status: 503, errorId: id },
    ])
  })

  it("refuses a form without a CSRF token, and names no provider that the visitor made up", async () => {
    const { url } = await apps.start()
    const agent = new UserAgent()
    for (const id of ["demo", "invented"]) await agent.post(`${url}/auth/signin/${id}`, {})
    expect(messages("refused").map(({ provider, reason }) => [provider, reason])).to.deep.equal([
      ["demo", "MissingCSRF"],
      [undefined, "BadRequest"],
    ])
    expectWithout(["invented"])
  })
})

describe("diagnostics of passwords", () => {
  const apps = useAuthApps()
  const { messages, expectWithout } = useDiagnostics()

  async function type(agent: UserAgent, url: string, password: string) {
    const page = await agent.get(`${url}/auth/signin`)
    return agent.submit(page, { fields: { username: "ada", password } })
  }

  it("S58: refuses a wrong one, once, and quotes neither the name nor the password", async () => {
    const { url } = await apps.start({ providers: [passwords()] })
    const agent = new UserAgent()
    await type(agent, url, "wrong-password")
    const credentials = { provider: "credentials", type: "credentials", linking: false }
    const reason = "CredentialsSignin"
    expect(messages("sign-in")).to.deep.equal([{ ...credentials, outcome: "refused", reason }])
    expect(messages("refused")).to.deep.equal([
      { action: "callback", provider: "credentials", reason, code: "credentials", status: 401 },
    ])
    await type(agent, url, "right")
    expect(messages("sign-in").at(-1)).to.include({ outcome: "signed-in", user: diagnosticId("1", secret) })
    expectWithout(["wrong-password", "ada"])
  })

  it("tells which limit is reached, and refuses the attempt", async () => {
    const { url } = await apps.start({
      providers: [passwords()],
      limits: { nameFromClient: { limit: 1, window: 60 } },
    })
    const agent = new UserAgent()
    for (let n = 0; n < 2; n++) await type(agent, url, "wrong-password")
    const [limit] = messages("limit-reached")
    expect(messages("limit-reached")).to.have.length(1)
    expect(limit?.limit).to.equal("nameFromClient")
    expect(limit?.retryAfter).to.be.above(0)
    expect(messages("sign-in").at(-1)).to.include({ outcome: "refused", reason: "RateLimited" })
    expect(messages("refused").at(-1)).to.include({ reason: "RateLimited", status: 429 })
    expect(messages("refused")).to.have.length(2)
  })

  it("includes the check of a Passport strategy", async () => {
    const strategy = new LocalStrategy((name, password, done) => {
      done(null, password === "right" && { id: "7", name, email: "ada@example.com" })
    })
    const { url } = await apps.start({ providers: [PassportProvider({ id: "local", strategy })] })
    const agent = new UserAgent()
    await type(agent, url, "wrong-password")
    await type(agent, url, "right")
    const known = { provider: "local", type: "oauth", linking: false }
    const [refused, done] = messages("sign-in")
    expect(refused).to.deep.equal({ ...known, outcome: "refused", reason: "CredentialsSignin" })
    expect(done).to.include({ ...known, outcome: "signed-in" })
    expect(messages("sign-in")).to.have.length(2)
    expect(messages("sign-in-start")).to.deep.equal([])
  })
})

describe("diagnostics of mailed links and codes", () => {
  const apps = useAuthApps()
  const { messages, expectWithout } = useDiagnostics()
  let mail: MailServer
  beforeEach(async () => {
    mail = await startMailServer()
  })
  afterEach(() => mail.close())

  async function ask(agent: UserAgent) {
    const providers = [Nodemailer({ server: mail.url, from: "App <app@example.com>" })]
    const { url } = await apps.start({ providers, adapter: createMemoryAdapter() })
    const page = await agent.get(`${url}/auth/signin`)
    return agent.followAll(await agent.submit(page, { fields: { email: "ada@example.com" } }))
  }
  const wrong = () => String((Number(mail.code()) + 1) % 1_000_000).padStart(6, "0")

  it("S58: tell of the mail and the sign-in, without address, link or code", async () => {
    const agent = new UserAgent()
    await agent.submit(await ask(agent), { fields: { code: mail.code() } })
    const nodemailer = { provider: "nodemailer", type: "email" }
    expect(messages("mail")).to.deep.equal([{ ...nodemailer, outcome: "sent" }])
    expect(messages("sign-in-start")[0]).to.include({ ...nodemailer, outcome: "started" })
    expect(messages("sign-in")[0]).to.include({ ...nodemailer, outcome: "signed-in" })
    const token = new URL(mail.link()).searchParams.get("token") ?? ""
    expectWithout([token, mail.code(), "ada@example.com", "ada%40example.com"])
  })

  it("refuse a wrong code, and one that no longer works", async () => {
    const agent = new UserAgent()
    let page = await ask(agent)
    for (let n = 0; n < 5; n++)
      page = await agent.followAll(await agent.submit(page, { fields: { code: wrong() } }))
    const refused = { action: "verify-request", provider: "nodemailer", status: 401 }
    expect(messages("refused")).to.deep.equal([
      ...Array.from({ length: 4 }, () => ({ ...refused, reason: "CodeWrong" })),
      { ...refused, reason: "CodeExpired" },
    ])
    expectWithout([mail.code(), wrong()])
  })

  it("refuse a used link, once", async () => {
    const agent = new UserAgent()
    await ask(agent)
    const page = await agent.get(mail.link())
    await agent.submit(page)
    await new UserAgent().get(mail.link())
    const other = new UserAgent()
    await other.submit(await other.get(mail.link()))
    expect(messages("refused")).to.deep.equal([
      { action: "callback", provider: "nodemailer", reason: "Verification", status: 400 },
    ])
  })

  it("tell that the mail server is down", async () => {
    await mail.close()
    await ask(new UserAgent())
    expect(messages("mail")).to.deep.equal([
      { provider: "nodemailer", type: "email", outcome: "failed", reason: "EmailSignInError" },
    ])
    expect(messages("refused")[0]).to.include({ reason: "EmailSignin", status: 503 })
    mail = await startMailServer()
  })
})

describe("diagnostics of the app's own handlers", () => {
  const apps = useAuthApps()
  const { messages } = useDiagnostics()

  it("name the action app", async () => {
    const { url } = await apps.start(
      { providers: [passwords()] },
      {
        routes: (app, auth) => {
          app.post("/login", (req, res, next) => {
            auth.signIn(req, res, "credentials", { fields: { username: "ada", password: "no" } }).catch(next)
          })
          app.get("/admin", auth.requireAuth({ roles: ["admin"] }), (_req, res) => void res.send("admin"))
        },
      },
    )
    const agent = new UserAgent()
    const answer = await agent.post(`${url}/login`)
    expect(redirectTarget(answer)).to.include("error=CredentialsSignin")
    const page = await agent.get(`${url}/auth/signin`)
    await agent.submit(page, { fields: { username: "ada", password: "right" } })
    expect((await agent.get(`${url}/admin`)).status).to.equal(403)
    expect(
      messages("refused").map(({ action, provider, reason }) => [action, provider, reason]),
    ).to.deep.equal([
      ["app", "credentials", "CredentialsSignin"],
      ["app", undefined, "Forbidden"],
    ])
  })
})

describe("diagnostics of a link", () => {
  const { start } = useAccountApps()
  const { messages } = useDiagnostics()

  it("tell that the account was linked, and of no other sign-in", async () => {
    const app = await start()
    const agent = await app.signInAda()
    await link(agent, app.url)
    const known = { provider: "other", type: "oidc", linking: true }
    expect(messages("sign-in-start").at(-1)).to.deep.equal({ ...known, outcome: "started" })
    expect(messages("sign-in").at(-1)).to.deep.equal({ ...known, outcome: "linked" })
    expect(messages("signed-in")).to.have.length(1)
  })

  it("tell that the user cancelled, which is no failure", async () => {
    const app = await start()
    const agent = await app.signInAda()
    await agent.cookies.store.removeCookies("127.0.0.1", null)
    await signInAtProvider(agent, await agent.post(`${app.url}/link/other`), { cancel: true })
    expect(messages("sign-in").at(-1)).to.include({ linking: true, outcome: "cancelled" })
    expect(messages("refused")).to.deep.equal([])
  })
})

describe("diagnostics of passkeys", () => {
  const { startWithUser } = usePasskeyApps()
  const { messages, expectWithout } = useDiagnostics()

  it("S58: tell of a sign-up, an added passkey and a sign-in, without keys and challenges", async () => {
    const { url, agent, device, adapter } = await startWithUser()
    await registerPasskey(agent, url, new SoftwareAuthenticator())
    await signInWithPasskey(new UserAgent(), url, device)
    const told = messages("sign-in").map(({ type, linking, outcome }) => [type, linking, outcome])
    expect(told).to.deep.equal([
      ["webauthn", false, "signed-in"],
      ["webauthn", true, "linked"],
      ["webauthn", false, "signed-in"],
    ])
    const rows = [...adapter.rows.authenticators.values()]
    expectWithout(
      rows.flatMap(({ credentialID, credentialPublicKey }) => [credentialID, credentialPublicKey]),
    )
  })
})
