import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { sqlAudit } from "express-authjs/database"
import { passport } from "express-authjs/passport"
import Credentials from "express-authjs/providers/credentials"
import Nodemailer from "express-authjs/providers/nodemailer"
import { mongoPlaces } from "../database/mongo-servers.js"
import { mariadb, postgres } from "../database/servers.js"
import { link, useAccountApps } from "../support/account-apps.js"
import { toLines, useDatabases } from "../support/audit-apps.js"
import { cookiesOf, secret, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { signOutAtProvider, useLogoutApps } from "../support/logout-apps.js"
import { startMailServer } from "../support/mail-server.js"
import { usePasskeyApps } from "../support/passkey-apps.js"
import { registerPasskey, signInWithPasskey } from "../support/passkey-visitor.js"
import { passwords } from "../support/passwords.js"
import { showEveryForm } from "../support/show-every-form.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"
import { UserAgent } from "../support/user-agent.js"

const places = [
  ["SQLite", async () => ({ url: "sqlite::memory:", drop: async () => {} })],
  ...(postgres ? [["PostgreSQL", postgres] as const] : []),
  ...(mariadb ? [["MariaDB", mariadb] as const] : []),
  ...mongoPlaces,
] as const

describe("the audit trail", () => {
  for (const [name, place] of places)
    describe(`on ${name}`, () => {
      const { start } = useAccountApps()
      const open = useDatabases()
      let empty: Awaited<ReturnType<typeof place>>
      before(async () => {
        empty = await place()
      })
      after(() => empty.drop())

      it("tells of a user's sign-ins, accounts and sessions, before the response is sent", async () => {
        const adapter = open(empty.url)
        const { auth, url, ...app } = await start({ adapter, audit: true })
        const agent = await app.signInAda()
        const userId = await app.userId(agent)
        await link(agent, url)
        await agent.post(`${url}/unlink/other`)
        await signIn(new UserAgent(), url)
        const [session] = await auth.sessions.list(userId)
        await auth.sessions.revoke(session?.id ?? "")
        await auth.sessions.revokeUser(userId)
        await app.signInAda(agent)
        await agent.submit(await agent.get(`${url}/auth/signout`))
        const events = await auth.audit.list({ userId })
        expect(toLines(events)).to.deep.equal([
          "signed-in demo new-user",
          "account-linked other",
          "account-unlinked other",
          "signed-in demo",
          "session-revoked",
          "session-revoked all",
          "signed-in demo",
          "signed-out",
        ])
        expect(events.at(-1)).to.include({ userId, network: "127.0.0.0/24" })
        expect(Date.now() - Number(events.at(-1)?.createdAt)).to.be.within(0, 60_000)
        expect(await auth.audit.list({ userId: "another" })).to.deep.equal([])
        await adapter.deleteUser(userId)
        expect(await auth.audit.list()).to.deep.equal([])
      })
    })
})

describe("the audit trail of passwords", () => {
  const apps = useAuthApps()
  const open = useDatabases()

  const byEmail = Credentials({
    credentials: { email: { label: "E-mail" }, password: {} },
    authorize: ({ password }) => (password === "right" ? { id: "1", name: "Ada" } : null),
  })

  async function type(agent: UserAgent, url: string, fields: Record<string, string>) {
    return agent.submit(await agent.get(`${url}/auth/signin`), { fields })
  }

  it("tells of a wrong one, to the user whose address was entered, with device and network", async () => {
    const adapter = open()
    const { id: userId } = await adapter.createUser({
      id: "1",
      email: "ada@example.com",
      emailVerified: null,
    })
    const { url, auth } = await apps.start({ adapter, audit: true, providers: [byEmail] })
    const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0" }
    const agent = new UserAgent({ headers })
    await type(agent, url, { email: " Ada@Example.com", password: "wrong" })
    await type(agent, url, { email: "unknown@example.com", password: "wrong" })
    const [unknown, known] = await auth.audit.list()
    expect(known).to.include({
      event: "sign-in-refused",
      userId,
      provider: "credentials",
      reason: "CredentialsSignin",
      device: "Firefox on Linux",
      network: "127.0.0.0/24",
    })
    expect(unknown).to.include({ event: "sign-in-refused" }).and.not.have.property("userId")
    expect(await auth.audit.list({ userId })).to.deep.equal([known])
    expect(await auth.audit.list({ event: "signed-in" })).to.deep.equal([])
  })

  it("tells of attempts beyond the limit, also from the app's own handler", async () => {
    const { url, auth } = await apps.start(
      {
        adapter: open(),
        session: { strategy: "jwt" },
        audit: { networks: false },
        providers: [passwords()],
        limits: { nameFromClient: { limit: 1, window: 60 } },
      },
      {
        routes: (app, { signIn }) =>
          app.post("/login", (req, res, next) => {
            signIn(req, res, "credentials", { fields: { username: "ada", password: "no" } }).catch(next)
          }),
      },
    )
    for (let count = 0; count < 2; count++) await new UserAgent().post(`${url}/login`)
    await type(new UserAgent(), url, { username: "grace", password: "right" })
    const events = await auth.audit.list()
    expect(toLines(events)).to.deep.equal([
      "sign-in-refused credentials CredentialsSignin",
      "rate-limited credentials RateLimited",
      "signed-in credentials",
    ])
    for (const event of events) expect(event).to.not.have.property("network")
  })

  it("S31: stores thirty refusals a minute of one client, and all that is not refused", async () => {
    const { url, auth } = await apps.start({
      adapter: open(),
      session: { strategy: "jwt" },
      audit: true,
      providers: [passwords()],
    })
    for (let count = 0; count < 40; count++) await new UserAgent().get(`${url}/auth/callback/credentials`)
    const agent = new UserAgent()
    for (let count = 0; count < 40; count++) await agent.post(`${url}/auth/callback/credentials`, {})
    await type(agent, url, { username: "ada", password: "right" })
    const lines = toLines(await auth.audit.list({ limit: 500 }))
    expect(lines.filter((line) => line === "sign-in-refused credentials MissingCSRF")).to.have.lengthOf(30)
    expect(lines.at(-1)).to.equal("signed-in credentials")
    expect(lines).to.have.lengthOf(31)
  })
})

describe("the audit trail of mails", () => {
  const apps = useAuthApps()
  const open = useDatabases()

  it("S58: tells of wrong codes, and contains no token, code, password or address", async () => {
    const mail = await startMailServer()
    const adapter = open()
    const { id: userId } = await adapter.createUser({
      id: "1",
      email: "ada@example.com",
      emailVerified: null,
    })
    const providers = [Nodemailer({ server: mail.url, from: "app@example.com" }), apps.demo(), passwords()]
    const { url, auth } = await apps.start({ adapter, audit: true, providers, session: { strategy: "jwt" } })
    const agent = new UserAgent()
    const secrets: string[] = [secret]
    const ask = async () => {
      const page = await agent.get(`${url}/auth/signin`)
      const asked = { formAction: /nodemailer$/, fields: { email: "ada@example.com" } }
      return agent.followAll(await agent.submit(page, asked))
    }
    let page = await ask()
    const wrong = String((Number(mail.code()) + 1) % 1_000_000).padStart(6, "0")
    for (let count = 0; count < 2; count++)
      page = await agent.followAll(await agent.submit(page, { fields: { code: wrong } }))
    await agent.submit(page, { fields: { code: mail.code() } })
    secrets.push(mail.code(), wrong, new URL(mail.link()).searchParams.get("token") ?? "")
    const guess = {
      formAction: /callback\/credentials/,
      fields: { username: "grace", password: "guessed-secret" },
    }
    await agent.submit(await showEveryForm(agent, await agent.get(`${url}/auth/signin`)), guess)
    const leaving = await startSignIn(agent, url)
    const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
    const { "authjs.last-used": _provider, ...cookies } = await cookiesOf(agent, `${url}/auth/`)
    secrets.push(...new URL(back.url).searchParams.values(), ...Object.values(cookies))
    await agent.get(`${url}/auth/callback/demo?code=stolen&state=forged`, { "user-agent": "ada@example.com" })
    await mail.close()
    const events = await auth.audit.list()
    expect(toLines(await auth.audit.list({ userId }))).to.include.members([
      "sign-in-refused nodemailer CodeWrong",
      "signed-in nodemailer",
    ])
    const text = JSON.stringify(events)
    expect(events).to.have.lengthOf.above(4)
    for (const one of [
      ...secrets,
      "guessed-secret",
      "stolen",
      "forged",
      "grace",
      "Lovelace",
      "example.com",
      "127.0.0.1",
    ])
      expect(text).to.not.include(one)
  })
})

describe("the audit trail of links", () => {
  const app = useAccountApps()
  const open = useDatabases()

  it("tells the user of a link that was refused", async () => {
    const adapter = open()
    const started = await app.start({ adapter, audit: true })
    const ada = await started.signInAda()
    await signIn(new UserAgent(), started.url, { name: "Grace Hopper", provider: "other" })
    await link(ada, started.url, { name: "Grace Hopper" })
    const lines = toLines(await started.auth.audit.list({ userId: await started.userId(ada) }))
    expect(lines).to.deep.equal(["signed-in demo new-user", "link-refused other OAuthAccountNotLinked"])
  })

  it("tells of an account that its address has linked", async () => {
    const adapter = open()
    const trusted = app.demo({ id: "other", name: "Other", allowDangerousEmailAccountLinking: true })
    const { url, ...started } = await app.start({ adapter, audit: true, providers: [app.demo(), trusted] })
    await started.signInAda()
    await signIn(new UserAgent(), url, { provider: "other" })
    expect(toLines(await started.auth.audit.list())).to.deep.equal([
      "signed-in demo new-user",
      "account-linked other same-address",
      "signed-in other",
    ])
  })
})

describe("the audit trail of passkeys", () => {
  const { startWithUser } = usePasskeyApps()
  const open = useDatabases()

  it("tells of those added and removed, in a store of its own", async () => {
    const audit = { store: sqlAudit(open()) }
    const { url, agent, device, auth, user } = await startWithUser({ audit })
    const second = new SoftwareAuthenticator()
    await registerPasskey(agent, url, second)
    await signInWithPasskey(new UserAgent(), url, device)
    const [, last] = await auth.passkeys.list(user.id)
    await auth.passkeys.remove(user.id, last?.id ?? "")
    expect(toLines(await auth.audit.list({ userId: user.id }))).to.deep.equal([
      "signed-in passkey new-user",
      "passkey-added passkey",
      "signed-in passkey",
      "passkey-removed",
    ])
  })
})

describe("the audit trail of sessions in cookies", () => {
  const apps = useAuthApps()
  const open = useDatabases()

  it("tells of a revoked session that is used, without delay of the request", async () => {
    const { url, auth } = await apps.start(
      { adapter: open(), audit: true, session: { strategy: "jwt" }, revocation: memoryRevocation() },
      {
        routes: (app, { requireAuth }) =>
          app.get("/page", requireAuth(), (_req, res) => void res.send("page")),
      },
    )
    const agent = new UserAgent()
    await signIn(agent, url)
    const stolen = await cookiesOf(agent, url)
    const [event] = await auth.audit.list()
    await agent.submit(await agent.get(`${url}/auth/signout`))
    const cookie = Object.entries(stolen)
      .map(([name, value]) => `${name}=${value}`)
      .join("; ")
    const thief = new UserAgent({ headers: { cookie } })
    expect((await thief.get(`${url}/page`)).status).to.equal(302)
    while ((await auth.audit.list({ event: "revoked-session-used" })).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
    const userId = event?.userId ?? ""
    expect(toLines(await auth.audit.list({ userId })).at(-1)).to.equal("revoked-session-used")
  })
})

describe("the audit trail of a provider's sign-out", () => {
  const start = useLogoutApps()
  const open = useDatabases()

  it("names the user", async () => {
    const adapter = open()
    const app = await start({ config: () => ({ adapter, audit: true }) })
    const agent = new UserAgent()
    await signIn(agent, app.url)
    await signOutAtProvider(agent, app.idp)
    const [event] = await app.auth.audit.list({ event: "session-revoked" })
    expect(event).to.include({ provider: "demo", reason: "provider" })
    expect(event?.userId).to.equal((await app.auth.audit.list({ event: "signed-in" }))[0]?.userId)
    expect(event).to.not.have.property("network")
  })
})

describe("the audit trail of req.login() and req.logout()", () => {
  const apps = useAuthApps()
  const open = useDatabases()

  it("names the provider passport", async () => {
    const { url, auth } = await apps.start(
      { adapter: open(), audit: true, session: { strategy: "jwt" } },
      {
        routes: (app, handler) => {
          app.use(passport(handler))
          app.post("/login", (req, res, next) => {
            req.login({ id: "7", name: "Ada" }, (error) => (error ? next(error) : res.sendStatus(204)))
          })
          app.post("/logout", (req, res, next) => {
            req.logout((error) => (error ? next(error) : res.sendStatus(204)))
          })
        },
      },
    )
    const agent = new UserAgent()
    for (const path of ["login", "logout"]) expect((await agent.post(`${url}/${path}`)).status).to.equal(204)
    expect(toLines(await auth.audit.list({ userId: "7" }))).to.deep.equal([
      "signed-in passport",
      "signed-out",
    ])
  })
})

describe("without the option audit", () => {
  const apps = useAuthApps()
  const open = useDatabases()

  it("nothing is stored", async () => {
    const adapter = open()
    const { url } = await apps.start({ adapter })
    await signIn(new UserAgent(), url)
    expect(await adapter.audit.list({ limit: 10 })).to.deep.equal([])
  })
})
