import { expect } from "chai"
import type { ExpressAuthConfig, VerificationRequest } from "express-authjs"
import Nodemailer from "express-authjs/providers/nodemailer"
import { cookiesOf, csrfOf, secret, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { type MailServer, startMailServer } from "../support/mail-server.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

const newer = "a newer secret of thirty-two characters or more"
const cookie = "authjs.mail-code"

describe("the code of a mail", () => {
  const { start } = useAuthApps()
  let mail: MailServer

  beforeEach(async () => {
    mail = await startMailServer()
  })
  afterEach(() => mail.close())

  async function startWithMail(config: Partial<ExpressAuthConfig> = {}, options = {}) {
    const adapter = createMemoryAdapter()
    const provider = Nodemailer({ server: mail.url, from: "App <app@example.com>", ...options })
    const app = await start({ providers: [provider], adapter, ...config })
    return { ...app, adapter, rows: adapter.rows }
  }

  async function ask(agent: UserAgent, url: string, email = "ada@example.com"): Promise<Visit> {
    const page = await agent.get(`${url}/auth/signin?callbackUrl=/welcome`)
    return agent.followAll(await agent.submit(page, { fields: { email } }))
  }

  const type = (agent: UserAgent, page: Visit, code: string) => agent.submit(page, { fields: { code } })
  const wrong = () => String((Number(mail.code()) + 1) % 1_000_000).padStart(6, "0")

  for (const strategy of ["jwt", "database"] as const)
    it(`signs in the browser that asked, once, and leaves no row (${strategy})`, async () => {
      const { url, rows } = await startWithMail({ session: { strategy } })
      const agent = new UserAgent()
      const page = await ask(agent, url)
      expect(textOf(page.body)).to.include("ada@example.com")
      const done = await type(agent, page, ` ${mail.code().slice(0, 3)} ${mail.code().slice(3)} `)
      expect(redirectTarget(done)).to.equal(`${url}/welcome`)
      expect((await sessionOf(agent, url))?.user.email).to.equal("ada@example.com")
      expect(rows.tokens.size).to.equal(0)
      expect(Object.keys(await cookiesOf(agent, `${url}/auth/`))).to.not.include(cookie)
      const other = new UserAgent()
      const late = await other.followAll(await other.submit(await other.get(mail.link())))
      expect(textOf(late.body)).to.include("This link no longer works")
    })

  it("says that a code is wrong, and takes the right one then", async () => {
    const { url } = await startWithMail()
    const agent = new UserAgent()
    const again = await agent.followAll(await type(agent, await ask(agent, url), wrong()))
    expect(textOf(again.body)).to.include("not the code in the newest email")
    expect(redirectTarget(await type(agent, again, mail.code()))).to.equal(`${url}/welcome`)
  })

  it("S27: takes five tries and no more, the right code included, and the link still works", async () => {
    const { url } = await startWithMail()
    const agent = new UserAgent()
    let page = await ask(agent, url)
    for (let n = 0; n < 5; n++) page = await agent.followAll(await type(agent, page, wrong()))
    expect(textOf(page.body)).to.include("This code no longer works")
    expect(page.body).to.not.include('name="code"')
    await agent.submit(await agent.get(mail.link()))
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })

  it("S27: counts on the server: a replayed cookie has no tries of its own", async () => {
    const { url } = await startWithMail()
    const agent = new UserAgent()
    await ask(agent, url)
    const csrfToken = await csrfOf(agent, url)
    const replayed = (await agent.cookies.getCookies(`${url}/auth/`)).map(
      ({ key, value }) => `${key}=${value}`,
    )
    const post = (code: string) =>
      fetch(`${url}/auth/verify-request`, {
        method: "POST",
        body: new URLSearchParams({ csrfToken, code }),
        headers: { cookie: replayed.join("; "), "sec-fetch-site": "same-origin", accept: "application/json" },
      })
    const answers: unknown[] = []
    for (let n = 0; n < 5; n++) answers.push((await (await post(wrong())).json()).code)
    expect(answers).to.deep.equal([...Array(4).fill("CodeWrong"), "CodeExpired"])
    const late = await post(mail.code())
    expect([late.status, late.headers.get("content-type")]).to.deep.equal([401, "application/problem+json"])
    expect(late.headers.getSetCookie().join()).to.not.include("session-token")
  })

  it("S27: of tries at the same time only five count", async () => {
    const { url, rows } = await startWithMail()
    const agent = new UserAgent()
    const page = await ask(agent, url)
    const tries = Array.from({ length: 20 }, () => type(agent, page, wrong()))
    await Promise.all(tries)
    const left = [...rows.tokens.values()].filter(({ identifier }) => identifier.startsWith("code-"))
    expect(left.length).to.be.at.most(1)
    expect(left.map(({ identifier }) => identifier)).to.not.include("code-1")
  })

  it("charges no try for what cannot be a code", async () => {
    const { url } = await startWithMail()
    const agent = new UserAgent()
    let page = await ask(agent, url)
    for (const code of ["", "12345", "1234567", "abcdef", "<script>", "١٢٣"])
      page = await agent.followAll(await type(agent, page, code))
    expect(redirectTarget(await type(agent, page, mail.code()))).to.equal(`${url}/welcome`)
  })

  it("is worth nothing in another browser, nor without a CSRF token", async () => {
    const { url } = await startWithMail()
    const agent = new UserAgent()
    await ask(agent, url)
    const other = new UserAgent()
    expect((await other.get(`${url}/auth/verify-request`)).body).to.not.include("<form")
    const code = mail.code()
    const csrfToken = await csrfOf(other, url)
    const refused = await other.followAll(await other.post(`${url}/auth/verify-request`, { csrfToken, code }))
    expect(textOf(refused.body)).to.include("This code no longer works")
    expect((await agent.post(`${url}/auth/verify-request`, { code })).status).to.equal(403)
  })

  it("is dead once the link was used, which takes the field away in the same browser", async () => {
    const { url } = await startWithMail()
    const agent = new UserAgent()
    const page = await ask(agent, url)
    const phone = new UserAgent()
    await phone.submit(await phone.get(mail.link()))
    const late = await agent.followAll(await type(agent, page, mail.code()))
    expect(textOf(late.body)).to.include("This link no longer works")
    await ask(agent, url)
    await agent.submit(await agent.get(mail.link()))
    expect((await agent.get(`${url}/auth/verify-request`)).body).to.not.include("<form")
  })

  it("goes with its link: expired", async () => {
    const { url, rows } = await startWithMail()
    const agent = new UserAgent()
    const page = await ask(agent, url)
    for (const row of rows.tokens.values()) row.expires = new Date(Date.now() - 1)
    const late = await agent.followAll(await type(agent, page, mail.code()))
    expect(textOf(late.body)).to.include("This code no longer works")
  })

  it("survives a rotation of the secret", async () => {
    const adapter = createMemoryAdapter()
    const old = await startWithMail({ adapter })
    const agent = new UserAgent()
    await ask(agent, old.url)
    const { url } = await startWithMail({ adapter, secret: [newer, secret] })
    const page = await agent.get(`${url}/auth/verify-request`)
    await type(agent, page, mail.code())
    expect(await sessionOf(agent, url)).to.not.equal(null)
  })

  it("is sealed in a cookie that page scripts cannot read, for our routes alone, as long as the link", async () => {
    const { url } = await startWithMail({}, { maxAge: 600 })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const { setCookies } = await agent.submit(page, { fields: { email: "ada@example.com" } })
    const line = setCookies.find((one) => one.startsWith(`${cookie}=`)) ?? ""
    expect(line)
      .to.include("HttpOnly")
      .and.include("Path=/auth")
      .and.match(/Max-Age=(600|599)/)
    expect(line).to.not.include(mail.code())
  })

  it("S27: an address gets five mails in a quarter of an hour, and the response does not tell", async () => {
    const { url, rows } = await startWithMail()
    const agent = new UserAgent()
    const first = await ask(agent, url)
    for (let n = 0; n < 4; n++) await ask(agent, url)
    const stranger = new UserAgent()
    const limited = await ask(stranger, url)
    expect(mail.mails).to.have.length(5)
    expect(textOf(limited.body)).to.equal(textOf(first.body))
    expect(rows.tokens.size).to.equal(10)
    const page = await ask(agent, url)
    expect(mail.mails).to.have.length(5)
    expect(redirectTarget(await type(agent, page, mail.code()))).to.equal(`${url}/welcome`)
    await ask(stranger, url, "bob@example.com")
    expect(mail.mails).to.have.length(6)
  })

  it("does not count mails that could not be sent, and leaves no rows of them", async () => {
    await mail.close()
    mail = await startMailServer({ refused: "ada@example.com" })
    const { url, rows, logs } = await startWithMail()
    const agent = new UserAgent()
    for (let n = 0; n < 6; n++) {
      const page = await ask(agent, url)
      expect(textOf(page.body)).to.include("The email could not be sent")
    }
    expect(rows.tokens.size).to.equal(0)
    expect(logs.filter(({ level }) => level === "error")).to.have.length(6)
  })

  it("is given to a sender of the app's own, and asked for where that reads it", async () => {
    const sent: string[] = []
    const reading = async ({ code = "" }: VerificationRequest) => void sent.push(code)
    const { url } = await startWithMail({}, { sendVerificationRequest: reading })
    const agent = new UserAgent()
    const page = await ask(agent, url)
    expect(sent.join()).to.match(/^\d{6}$/)
    expect(redirectTarget(await type(agent, page, sent.join()))).to.equal(`${url}/welcome`)
  })

  it("is not generated when the app's own sender does not read it", async () => {
    const { url, rows } = await startWithMail({}, { sendVerificationRequest: () => Promise.resolve() })
    const agent = new UserAgent()
    const page = await ask(agent, url)
    expect(page.body).to.not.include('name="code"')
    expect(rows.tokens.size).to.equal(1)
    const again = await agent.followAll(await agent.submit(page, { button: "Send again" }))
    expect(textOf(again.body)).to.include("ada@example.com")
    expect(rows.tokens.size).to.equal(2)
  })

  it("is sent again from the page, and keeps the destination", async () => {
    const { url } = await startWithMail()
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.submit(await ask(agent, url), { button: "Send again" }))
    expect(mail.mails).to.have.length(2)
    expect(textOf(page.body)).to.include("We sent another email to ada@example.com")
    expect(page.body).to.include(`href="/auth/signin?callbackUrl=${encodeURIComponent(`${url}/welcome`)}"`)
    expect(redirectTarget(await type(agent, page, mail.code()))).to.equal(`${url}/welcome`)
  })

  it("is sent again after five wrong tries, with the same choice to be remembered", async () => {
    const { url } = await startWithMail({ session: { remember: "ask" } })
    const agent = new UserAgent()
    const start = await agent.get(`${url}/auth/signin?callbackUrl=/welcome`)
    let page = await agent.followAll(
      await agent.submit(start, { fields: { email: "ada@example.com", remember: "on" } }),
    )
    for (let n = 0; n < 5; n++) page = await agent.followAll(await type(agent, page, wrong()))
    page = await agent.followAll(await agent.submit(page, { button: "Send again" }))
    const done = await type(agent, page, mail.code())
    expect(redirectTarget(done)).to.equal(`${url}/welcome`)
    expect(done.setCookies.find((line) => line.startsWith("authjs.session-token="))).to.include("Expires=")
  })

  it("is not offered again beyond the limit: the page says how long to wait, to this browser alone", async () => {
    const { url } = await startWithMail({ limits: { mail: { limit: 2, window: 600 } } })
    const agent = new UserAgent()
    expect(textOf((await ask(agent, url)).body)).to.include("have the email sent again")
    const page = await ask(agent, url)
    expect(textOf(page.body)).to.include("You can have another email sent in 10 minutes.")
    expect(page.body).to.match(/<button[^>]* hidden>Send again/)
    const stranger = await ask(new UserAgent(), url)
    expect(textOf(stranger.body)).to.include("have the email sent again")
    expect(textOf((await ask(agent, url, "bob@example.com")).body)).to.not.include("You can have another")
    const { now } = Date
    try {
      Date.now = () => now() + 601_000
      await ask(agent, url)
      expect(textOf((await ask(agent, url)).body)).to.include("in 10 minutes")
    } finally {
      Date.now = now
    }
  })

  it("leads a page of the app's own back to itself", async () => {
    const { url } = await startWithMail({ pages: { verifyRequest: "/check" } })
    const agent = new UserAgent()
    await agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email: "ada@example.com" } })
    const csrfToken = await csrfOf(agent, url)
    const refused = await agent.post(`${url}/auth/verify-request`, { csrfToken, code: wrong() })
    const page = new URL(redirectTarget(await agent.follow(refused)) ?? "")
    expect([page.pathname, page.searchParams.get("error")]).to.deep.equal(["/check", "CodeWrong"])
  })
})
