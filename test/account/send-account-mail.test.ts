import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import Nodemailer from "express-authjs/providers/nodemailer"
import { sessionOf, signIn, UserAgent, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { startMailServer } from "../support/mail-server.js"
import { withEnvironment } from "../support/with-environment.js"

describe("mails about a user's account", () => {
  const { start, demo } = useAuthApps()
  let adapter: DatabaseAdapter
  beforeEach(async () => {
    adapter = database("sqlite::memory:")
    await migrate(adapter)
  })
  afterEach(() => adapter.close())

  async function askForAddress(config: Partial<ExpressAuthConfig>) {
    const { url, logs } = await start({ adapter, session: { strategy: "database" }, ...config })
    const agent = new UserAgent()
    await signIn(agent, url)
    const form = { formAction: /account\/email$/, fields: { email: "new@example.com" } }
    const page = await agent.get(`${url}/auth/account`)
    const answer = /account\/email"/.test(page.body) ? await agent.submit(page, form) : undefined
    const id = String((await sessionOf(agent, url))?.user.id)
    return { url, agent, page, answer, id, logs }
  }

  it("are sent by the e-mail provider, with a link that works", async () => {
    const server = await startMailServer()
    const mailer = Nodemailer({ server: server.url, from: "a@example.com" })
    const { agent, id } = await askForAddress({ providers: [demo(), mailer] })
    const [mail] = server.mails
    expect(mail?.recipients).to.deep.equal(["new@example.com"])
    expect(mail?.headers).to.match(/^Subject: Confirm your new address/m)
    const link = /http:\S+/.exec(mail?.text ?? "")?.[0] ?? ""
    expect(mail?.html).to.include(link.replaceAll("&", "&amp;"))
    await agent.submit(await agent.get(link))
    expect((await adapter.getUser(id))?.email).to.equal("new@example.com")
    await server.close()
  })

  it("say in the visitor's language what they are about", async () => {
    const mails: string[] = []
    await askForAddress({ providers: [demo()], locale: "de", sendMail: ({ subject }) => mails.push(subject) })
    expect(mails).to.have.lengthOf(1)
    expect(mails[0]).to.not.match(/^Confirm/)
  })

  it("are kept in the inbox of development", async () => {
    const server = await withEnvironment({ NODE_ENV: "development" }, () =>
      askForAddress({ providers: [demo(), Nodemailer({ from: "a@example.com" })] }),
    )
    const inbox = await server.agent.get(`${server.url}/auth/inbox`)
    expect(textOf(inbox.body)).to.include("to new@example.com").and.include("Confirm your new address")
  })

  it("are not sent by a function that signs people in: the page says nothing of a change", async () => {
    const own = Nodemailer({
      from: "a@example.com",
      server: "smtp://127.0.0.1:1",
      sendVerificationRequest: () => {},
    })
    const { answer, page, logs } = await askForAddress({ providers: [demo(), own] })
    expect(answer).to.equal(undefined)
    expect(textOf(page.body)).to.include("ada@example.com")
    expect(logs.filter(({ text }) => text === "account-page")).to.have.lengthOf(1)
  })

  it("S48: neither wait nor answer otherwise for an address of another user", async () => {
    const mails: { to: string; text: string }[] = []
    await adapter.createUser({ id: "new", email: "new@example.com", emailVerified: new Date() })
    const { agent, answer } = await askForAddress({
      providers: [demo()],
      sendMail: (mail) => mails.push(mail),
    })
    expect(answer?.headers.get("location")).to.equal("/auth/account?done=email")
    expect(textOf((await agent.follow(answer as never)).body)).to.include("We sent a link")
    expect(mails[0]?.text).to.include("already belongs to an account").and.not.include("token=")
  })
})
