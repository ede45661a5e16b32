import { createServer, type Server, type Socket } from "node:net"
import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig, type OutgoingMail } from "express-authjs"
import { passport } from "express-authjs/passport"
import Nodemailer from "express-authjs/providers/nodemailer"
import Passkey from "express-authjs/providers/passkey"
import express4 from "express4"
import { link, useAccountApps } from "../support/account-apps.js"
import { useDatabases } from "../support/audit-apps.js"
import { cookiesOf, secret, signIn, useAuthApps } from "../support/auth-apps.js"
import { type MailServer, startMailServer } from "../support/mail-server.js"
import { usePasskeyApps } from "../support/passkey-apps.js"
import { registerPasskey, signInWithPasskey } from "../support/passkey-visitor.js"
import { passwords } from "../support/passwords.js"
import { useDiagnostics } from "../support/record-diagnostics.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"
import { until } from "../support/until.js"
import { UserAgent } from "../support/user-agent.js"

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0"

function subjects(mail: MailServer): string[] {
  return mail.mails.map(({ headers }) => /^Subject: (.*)$/m.exec(headers)?.[1]?.trim() ?? "")
}

for (const [name, create] of [
  ["Express 5", express],
  ["Express 4", express4 as unknown as typeof express],
] as const)
  for (const strategy of ["jwt", "database"] as const)
    describe(`notices on ${name} with ${strategy} sessions`, () => {
      const { start, demo } = useAccountApps()
      const open = useDatabases()
      let mail: MailServer
      beforeEach(async () => {
        mail = await startMailServer()
      })
      afterEach(() => mail.close())

      function startWith(config: Partial<ExpressAuthConfig> = {}) {
        const mailer = Nodemailer({ server: mail.url, from: "app@example.com" })
        const providers = [demo(), demo({ id: "other", name: "Other" }), mailer]
        const settings = { adapter: open(), session: { strategy }, notices: true, providers }
        return start({ ...settings, ...config }, { express: create })
      }

      it("tell of a sign-in on a new device, once for each browser", async () => {
        const { url, signInAda } = await startWith()
        const first = await signInAda()
        await first.submit(await first.get(`${url}/auth/signout`))
        await signInAda(first)
        const second = await signInAda(new UserAgent({ headers: { "user-agent": firefox } }))
        await signInAda(second)
        await signInAda()
        await until(() => mail.mails.length >= 2)
        const [told, again] = mail.mails
        expect(mail.mails).to.have.lengthOf(2)
        expect(told?.recipients).to.deep.equal(["ada@example.com"])
        const { host } = new URL(url)
        expect(subjects(mail)[0]).to.equal(`New sign-in to your account at ${host}`)
        expect(told?.text).to.match(/^From Firefox on Windows, on \w+ \d+, \d{4} at [\d:]+ [AP]M UTC\.$/m)
        expect(again?.text).to.include("From Chrome on Linux,")
        expect(mail.link()).to.equal(`${url}/auth/account`)
      })

      it("tell of linked and unlinked accounts", async () => {
        const { url, signInAda } = await startWith()
        const ada = await signInAda()
        await link(ada, url)
        await until(() => mail.mails.length === 1)
        await ada.post(`${url}/unlink/other`)
        await until(() => mail.mails.length === 2)
        expect(mail.mails[0]?.text).to.include("An account at Other can now sign in to your account")
        expect(mail.mails[1]?.text).to.include("An account at Other can no longer sign in")
      })

      it("are not sent for what is turned off", async () => {
        const { url, signInAda } = await startWith({ notices: { newDevice: false, accountLinked: false } })
        const ada = await signInAda()
        await link(ada, url)
        const second = await signInAda()
        expect(Object.keys(await cookiesOf(second, url))).to.not.include("authjs.known-browser")
        await second.post(`${url}/unlink/other`)
        await until(() => mail.mails.length > 0)
        expect(mail.mails.map(({ text }) => text.split("\n")[0])).to.have.lengthOf(1)
        expect(mail.mails[0]?.text).to.include("can no longer sign in")
      })
    })

describe("notices", () => {
  const apps = useAuthApps()
  const open = useDatabases()
  const { messages } = useDiagnostics()
  const opened: { close(): unknown }[] = []
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())))

  /** An app that sends its mails itself, and what it has sent. */
  async function startSending(config: Partial<ExpressAuthConfig> = {}, headers?: Record<string, string>) {
    const mails: OutgoingMail[] = []
    const settings = { adapter: open(), session: { strategy: "jwt" as const }, notices: true }
    const sendMail = (one: OutgoingMail) => void mails.push(one)
    const app = await apps.start({ ...settings, sendMail, ...config })
    await signIn(new UserAgent(), app.url)
    const intrude = async () => {
      const agent = new UserAgent(headers && { headers })
      await signIn(agent, app.url)
      return agent
    }
    return { ...app, mails, intrude }
  }

  it("are in the language of the request, and in the app's own words", async () => {
    const { mails, intrude } = await startSending(
      { texts: { fr: { "notice.newDevice.subject": "Connexion à {host}" } } },
      { "accept-language": "fr" },
    )
    await intrude()
    await until(() => mails.length === 1)
    expect(mails[0]?.subject).to.match(/^Connexion à localhost:/)
    expect(mails[0]?.html).to.include('lang="fr"')
    expect(mails[0]?.text).to.match(/\d{4} à [\d:]+ UTC/)
  })

  it("S54: contain no text that the client chose", async () => {
    const { mails, intrude } = await startSending(
      { callbacks: { place: () => "<b>Vienna</b>" } },
      { "user-agent": "Call +1 555 0100 or open https://evil.example/x now/1.0 (http://evil.example)" },
    )
    await intrude()
    await until(() => mails.length === 1)
    const [{ text = "", html = "", subject = "" } = {}] = mails
    for (const part of [text, html, subject]) {
      expect(part).to.not.match(/evil|555/)
    }
    expect(text).to.include("From an unknown device in <b>Vienna</b>,")
    expect(html).to.include("&lt;b&gt;Vienna&lt;/b&gt;").and.not.include("<b>")
  })

  it("S54: link to the app's own origin, whatever Host the client sends", async () => {
    const { url, mails, logs } = await startSending({ hosts: ["localhost"] })
    const agent = new UserAgent({ headers: { host: "evil.example" } })
    await agent.get(`${url}/auth/signin`).catch(() => {})
    await signIn(new UserAgent(), url)
    await until(() => mails.length === 1)
    expect(mails[0]?.text).to.include(`\n${url}/auth/account\n`)
    expect(logs.filter(({ level }) => level === "error")).to.have.lengthOf(0)
  })

  it("link to the app's own account page", async () => {
    const { url, mails, intrude } = await startSending({ pages: { account: "/me?tab=security" } })
    await intrude()
    await until(() => mails.length === 1)
    expect(mails[0]?.text).to.include(`\n${url}/me?tab=security\n`)
  })

  it("have limits of their own, for each address", async () => {
    const { mails, intrude, logs } = await startSending({ limits: { mail: { limit: 2, window: 900 } } })
    for (let count = 0; count < 4; count++) await intrude()
    await until(() => messages("mail").length === 4)
    const outcomes = messages("mail").map(({ outcome }) => outcome)
    expect(outcomes.toSorted()).to.deep.equal(["limited", "limited", "sent", "sent"])
    expect(mails).to.have.lengthOf(2)
    expect(logs.filter(({ level }) => level === "error")).to.deep.equal([])
  })

  it("do not delay a sign-in while the mail server hangs, and leave one line in the log", async () => {
    const sockets: Socket[] = []
    const server = await listenTcp((socket) => void sockets.push(socket.on("error", () => {})))
    opened.push(server)
    const { port } = server.address() as { port: number }
    const mailer = Nodemailer({ server: { host: "127.0.0.1", port }, from: "app@example.com" })
    const settings = { adapter: open(), session: { strategy: "jwt" as const }, notices: true }
    const { url, logs } = await apps.start({ ...settings, providers: [apps.demo(), mailer] })
    await signIn(new UserAgent(), url)
    const agent = new UserAgent()
    await signIn(agent, url)
    expect(Object.keys(await cookiesOf(agent, url))).to.include("authjs.session-token")
    const errors = () => logs.filter(({ level }) => level === "error")
    await until(() => sockets.length === 1)
    expect(errors()).to.deep.equal([])
    for (const socket of sockets) socket.destroy()
    await until(() => errors().length > 0)
    expect(errors()).to.have.lengthOf(1)
    expect(errors()[0]?.text).to.include('The notice "newDevice" could not be sent')
  })

  it("do not stop a sign-in when sending throws", async () => {
    const fail = () => {
      throw new Error("no mail today")
    }
    const { intrude, url, logs } = await startSending({ sendMail: fail })
    const agent = await intrude()
    expect(Object.keys(await cookiesOf(agent, url))).to.include("authjs.session-token")
    await until(() => logs.some(({ text }) => text.includes('"newDevice" could not be sent')))
  })

  it("are about one tenant: a browser known to one is new to the other", async () => {
    const mails: OutgoingMail[] = []
    const adapter = open()
    const config = {
      ...{ secret, adapter, session: { strategy: "jwt" as const }, notices: true },
      sendMail: (mail: OutgoingMail) => void mails.push(mail),
      providers: [passwords()],
    }
    const { id } = await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    const provider = {
      ...{ id: "credentials", name: "Name", type: "credentials" as const, credentials: { name: {} } },
      authorize: () => ({ id, name: "Ada", email: "ada@example.com" }),
    }
    const chosen = {
      a: { ...config, providers: [provider], tenant: "a" },
      b: { ...config, providers: [provider], tenant: "b" },
    }
    const auth = ExpressAuth((req) => (req.get("x-tenant") === "b" ? chosen.b : chosen.a))
    const app = express().use("/auth", auth)
    const server = app.listen(0, "127.0.0.1")
    opened.push(server)
    await new Promise((resolve) => server.once("listening", resolve))
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
    const agent = new UserAgent()
    const enter = async (tenant: string) => {
      const headers = { "x-tenant": tenant }
      const csrf = JSON.parse((await agent.get(`${url}/auth/csrf`, headers)).body)
      await agent.post(`${url}/auth/callback/credentials`, { ...csrf, name: "Ada" }, headers)
    }
    for (const tenant of ["a", "a", "b"]) await enter(tenant)
    await until(() => mails.length === 2)
    expect(mails).to.have.lengthOf(2)
  })

  it("tell of req.login(), without a database too, with a link to the mount", async () => {
    const mails: OutgoingMail[] = []
    const { url } = await apps.start(
      { notices: true, sendMail: (mail) => void mails.push(mail), pages: { account: "/me" } },
      {
        routes: (app, handler) => {
          app.use(passport(handler))
          app.post("/login", (req, res, next) => {
            const ada = { id: "7", name: "Ada", email: "ada@example.com" }
            req.login(ada, (error) => (error ? next(error) : res.sendStatus(204)))
          })
        },
      },
    )
    const agent = new UserAgent()
    await agent.post(`${url}/login`)
    await until(() => mails.length === 1)
    expect(Object.keys(await cookiesOf(agent, url))).to.include("authjs.known-browser")
    await agent.post(`${url}/login`)
    expect(mails.map(({ to }) => to)).to.deep.equal(["ada@example.com"])
    expect(mails[0]?.text).to.include(`\n${url}/me\n`)
  })

  it("go to the inbox in development", async () => {
    const before = process.env.NODE_ENV
    process.env.NODE_ENV = "development"
    try {
      const providers = [apps.demo(), Nodemailer({ server: "", from: "app@example.com" })]
      const app = await apps.start({
        adapter: open(),
        session: { strategy: "jwt" },
        notices: true,
        providers,
      })
      for (let count = 0; count < 2; count++) await signIn(new UserAgent(), app.url)
      const isKept = async () => {
        const { body } = await new UserAgent().get(`${app.url}/auth/inbox`)
        return body.includes("New sign-in to your account")
      }
      await until(isKept)
    } finally {
      process.env.NODE_ENV = before
    }
  })
})

describe("notices of passkeys", () => {
  const { startWithUser } = usePasskeyApps()

  /** Ada, who has two passkeys and has used the first one on a new device. */
  async function startWithTwo() {
    const [mails, errors]: [OutgoingMail[], Error[]] = [[], []]
    const sendMail = (mail: OutgoingMail) => void mails.push(mail)
    const logger = { warn: () => {}, error: (error: Error) => void errors.push(error) }
    const settings = { notices: true, sendMail, logger }
    const { agent, device, user, ...app } = await startWithUser(settings)
    await registerPasskey(agent, app.url, new SoftwareAuthenticator())
    await until(() => mails.length === 1)
    await signInWithPasskey(new UserAgent(), app.url, device)
    await until(() => mails.length === 2)
    const [, { id = "" } = {}] = await app.auth.passkeys.list(user.id)
    return { ...app, user, mails, errors, settings, id }
  }

  it("tell of those added, of a new device that signs in with one, and of those removed", async () => {
    const { adapter, user, id, mails, settings } = await startWithTwo()
    const { passkeys } = ExpressAuth({
      ...{ ...settings, secret, adapter, providers: [Passkey] },
      ...{ url: "https://example.com/auth", locale: "en" },
    })
    await passkeys.remove(user.id, id)
    await until(() => mails.length === 3)
    const said = mails.map(({ subject }) => subject.replace(/ (?:to|from) your account at .*/, ""))
    expect(said).to.deep.equal(["A passkey was added", "New sign-in", "A passkey was removed"])
    expect(mails[2]?.text).to.include("\nhttps://example.com/auth/account\n")
  })

  it("are a line in the log where neither a request nor AUTH_URL tells the app's origin", async () => {
    const { auth, user, id, mails, errors } = await startWithTwo()
    await auth.passkeys.remove(user.id, id)
    await until(() => errors.length > 0)
    expect(String(errors[0]?.cause)).to.include("Set AUTH_URL")
    expect(mails).to.have.lengthOf(2)
  })
})

describe("the option notices", () => {
  const open = useDatabases()
  const create = (config: Partial<ExpressAuthConfig>) =>
    ExpressAuth({ secret, providers: [passwords()], ...config })
  const mailer = Nodemailer({ server: "smtp://127.0.0.1", from: "app@example.com" })

  it("needs something to send mails with", () => {
    expect(() => create({ notices: true })).to.throw(
      /`notices` needs something to send mails with.*`sendMail/,
    )
    const own = { ...mailer, options: { ...mailer.options, sendVerificationRequest: () => {} } }
    expect(() => create({ notices: true, adapter: open(), providers: [own as never] })).to.throw(
      /`notices` needs/,
    )
    expect(() => create({ notices: true, sendMail: () => {} })).to.not.throw()
  })

  it("is true, false or an object of them", () => {
    expect(() => create({ notices: false })).to.not.throw()
    expect(() => create({ notices: "on" as never })).to.throw(/`notices` must be an object/)
    expect(() => create({ notices: { newDevices: true } as never })).to.throw(/"notices.newDevice"/)
    expect(() => create({ notices: { newDevice: "no" as never }, sendMail: () => {} })).to.throw(
      /`notices.newDevice` is "no"; expected true or false/,
    )
  })
})

async function listenTcp(onConnection: (socket: Socket) => void): Promise<Server> {
  const server = createServer(onConnection)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return server
}
