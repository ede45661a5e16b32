import { createHash } from "node:crypto"
import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { csrfOf, secret, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

async function askForMail(
  agent: UserAgent,
  url: string,
  fields: Record<string, string> = {},
): Promise<Visit> {
  const page = await agent.get(`${url}/auth/signin`)
  return agent.submit(page, { fields: { email: "ada@example.com", ...fields } })
}

describe("sign-in by e-mail", () => {
  const { start } = useAuthApps()

  async function startWithMail(config: Partial<ExpressAuthConfig> = {}, options = {}) {
    const mailbox = createMailbox(options)
    const adapter = createMemoryAdapter()
    const app = await start({ providers: [mailbox.provider], adapter, ...config })
    return { ...app, mailbox, adapter, rows: adapter.rows }
  }

  for (const strategy of ["jwt", "database"] as const)
    it(`signs in with a mailed link and out again (${strategy})`, async () => {
      const { url, mailbox, rows } = await startWithMail({ session: { strategy } })
      const agent = new UserAgent()
      const asked = await askForMail(agent, url, { callbackUrl: "/welcome" })
      expect(redirectTarget(asked)).to.equal(`${url}/auth/verify-request?provider=email&type=email`)
      expect(mailbox.mails).to.have.length(1)
      const page = await agent.get(mailbox.link())
      expect(page.status).to.equal(200)
      expect(await sessionOf(agent, url)).to.equal(null)
      const done = await agent.submit(page)
      expect(redirectTarget(done)).to.equal(`${url}/welcome`)
      expect((await sessionOf(agent, url))?.user.email).to.equal("ada@example.com")
      expect(rows.sessions.size).to.equal(strategy === "database" ? 1 : 0)
      await agent.submit(await agent.get(`${url}/auth/signout`))
      expect(await sessionOf(agent, url)).to.equal(null)
      expect(rows.sessions.size).to.equal(0)
    })

  it("is not used up by GET or HEAD, however often a scanner asks", async () => {
    const { url, mailbox, rows } = await startWithMail()
    await askForMail(new UserAgent(), url)
    const scanner = new UserAgent({ navigate: false })
    for (let n = 0; n < 3; n++) {
      expect((await scanner.get(mailbox.link())).setCookies.join()).to.not.include("session-token")
      await fetch(mailbox.link(), { method: "HEAD", redirect: "manual" })
    }
    expect(rows.tokens.size).to.equal(1)
    expect(rows.sessions.size).to.equal(0)
  })

  it("works on another device than the one that asked", async () => {
    const { url, mailbox } = await startWithMail()
    await askForMail(new UserAgent(), url)
    const phone = new UserAgent()
    await phone.submit(await phone.get(mailbox.link()))
    expect((await sessionOf(phone, url))?.user.email).to.equal("ada@example.com")
  })

  it("shows a page that does not leak the link and names the user", async () => {
    const { url, mailbox } = await startWithMail()
    await askForMail(new UserAgent(), url)
    const { headers, body } = await new UserAgent().get(mailbox.link())
    expect(headers.get("referrer-policy")).to.equal("no-referrer")
    expect(headers.get("cache-control")).to.equal("no-store")
    expect(headers.get("content-security-policy")).to.include("frame-ancestors 'none'")
    expect(textOf(body)).to.include("ada@example.com")
  })

  it("refuses to use up a link without a CSRF token, or for another site", async () => {
    const { url, mailbox, rows } = await startWithMail()
    await askForMail(new UserAgent(), url)
    const fields = Object.fromEntries(new URL(mailbox.link()).searchParams)
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    const action = `${url}/auth/callback/email`
    expect((await agent.post(action, fields)).status).to.equal(403)
    const foreign = { "sec-fetch-site": "cross-site" }
    expect((await agent.post(action, { ...fields, csrfToken }, foreign)).status).to.equal(403)
    expect(rows.tokens.size).to.equal(1)
    expect(redirectTarget(await agent.post(action, { ...fields, csrfToken }))).to.equal(`${url}/`)
  })

  it("S10: a link works once, even when it is pressed twice at once", async () => {
    const { url, mailbox, rows } = await startWithMail()
    await askForMail(new UserAgent(), url)
    const agents = Array.from({ length: 5 }, () => new UserAgent())
    const pages = await Promise.all(agents.map((agent) => agent.get(mailbox.link())))
    await Promise.all(agents.map(async (agent, n) => agent.submit(pages[n] as Visit)))
    expect(rows.sessions.size).to.equal(1)
    const late = new UserAgent()
    const again = await late.followAll(await late.submit(await late.get(mailbox.link())))
    expect(again.status).to.equal(400)
    expect(textOf(again.body)).to.include("This link no longer works")
  })

  it("S10: a token of one address is no token of another", async () => {
    const { url, mailbox, rows } = await startWithMail()
    await askForMail(new UserAgent(), url, { email: "eve@example.com" })
    const link = new URL(mailbox.link())
    link.searchParams.set("email", "ada@example.com")
    const agent = new UserAgent()
    const answer = await agent.submit(await agent.get(link.href))
    expect(redirectTarget(answer)).to.include("error=Verification")
    expect(rows.sessions.size + rows.users.size).to.equal(0)
  })

  it("S10: an expired link does not work", async () => {
    const { url, mailbox, rows } = await startWithMail({}, { maxAge: 1 })
    await askForMail(new UserAgent(), url)
    for (const row of rows.tokens.values()) row.expires = new Date(Date.now() - 1)
    const agent = new UserAgent()
    const answer = await agent.submit(await agent.get(mailbox.link()))
    expect(redirectTarget(answer)).to.include("error=Verification")
    expect(rows.sessions.size).to.equal(0)
  })

  for (const query of [
    "",
    "?token=",
    "?email=ada@example.com",
    "?token=x&email[]=y",
    "?callbackUrl=javascript:alert(1)",
  ])
    it(`answers a broken link plainly: ${query || "no parameters"}`, async () => {
      const { url } = await startWithMail()
      const agent = new UserAgent()
      const first = await agent.get(`${url}/auth/callback/email${query}`)
      const last =
        first.status === 200 ? await agent.followAll(await agent.submit(first)) : await agent.followAll(first)
      expect(last.status).to.equal(400)
      expect(textOf(last.body)).to.include("This link no longer works")
    })

  it("deletes the row and reports the failure when the mail cannot be sent", async () => {
    const sendVerificationRequest = () => Promise.reject(new Error("The relay said 550"))
    const { url, rows, logs } = await startWithMail({}, { sendVerificationRequest })
    const agent = new UserAgent()
    const answer = await askForMail(agent, url, { callbackUrl: "/welcome" })
    expect(rows.tokens.size).to.equal(0)
    const page = await agent.followAll(answer)
    expect(new URL(page.url).pathname).to.equal("/auth/signin")
    expect(new URL(page.url).searchParams.get("callbackUrl")).to.equal(`${url}/welcome`)
    expect(textOf(page.body)).to.include("The email could not be sent")
    expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
  })

  it("tells of the unsent mail although the row cannot be taken back", async () => {
    const sendVerificationRequest = () => Promise.reject(new Error("The relay said 550"))
    const { url, adapter } = await startWithMail({}, { sendVerificationRequest })
    adapter.useVerificationToken = () => Promise.reject(new Error("connection lost"))
    expect(redirectTarget(await askForMail(new UserAgent(), url))).to.include("error=EmailSignin")
  })

  it("sends nothing when the token cannot be stored", async () => {
    const adapter = createMemoryAdapter()
    adapter.createVerificationToken = () => Promise.reject(new Error("disk full"))
    const { url, mailbox } = await startWithMail({ adapter })
    const answer = await askForMail(new UserAgent(), url)
    expect(redirectTarget(answer)).to.include("error=Unavailable")
    expect(mailbox.mails).to.deep.equal([])
  })

  it("keeps unread links working when the secret is rotated", async () => {
    const adapter = createMemoryAdapter()
    const old = await startWithMail({ adapter })
    await askForMail(new UserAgent(), old.url)
    const query = new URL(old.mailbox.link()).search
    const rotated = await startWithMail({
      adapter,
      secret: ["a newer secret of thirty-two characters or more", secret],
    })
    const agent = new UserAgent()
    await agent.submit(await agent.get(`${rotated.url}/auth/callback/email${query}`))
    expect((await sessionOf(agent, rotated.url))?.user.email).to.equal("ada@example.com")
    expect(adapter.rows.tokens.size).to.equal(0)
  })

  it("hashes with the newest secret alone, or with the provider's own", async () => {
    const newest = "a newer secret of thirty-two characters or more"
    for (const [own, used] of [
      [undefined, newest],
      ["mine", "mine"],
    ] as const) {
      const { url, mailbox, rows } = await startWithMail(
        { secret: [newest, secret] },
        own ? { secret: own } : {},
      )
      await askForMail(new UserAgent(), url)
      const token = new URL(mailbox.link()).searchParams.get("token")
      const hash = createHash("sha256").update(`${token}${used}`).digest("hex")
      expect([...rows.tokens.values()].map((row) => row.token)).to.deep.equal([hash])
      expect(mailbox.mails[0]?.provider.secret).to.equal(own)
      expect(JSON.stringify(mailbox.mails[0])).to.not.include(newest)
      const agent = new UserAgent()
      await agent.submit(await agent.get(mailbox.link()))
      expect(await sessionOf(agent, url)).to.not.equal(null)
    }
  })

  it("understands links that @auth/express mailed with several secrets", async () => {
    const secrets = ["a newer secret of thirty-two characters or more", secret]
    const { url, rows } = await startWithMail({ secret: secrets })
    const token = createHash("sha256")
      .update(`raw${secrets.join(",")}`)
      .digest("hex")
    const row = { identifier: "ada@example.com", token, expires: new Date(Date.now() + 10_000) }
    rows.tokens.set(`${row.identifier}:${token}`, row)
    const agent = new UserAgent()
    await agent.submit(await agent.get(`${url}/auth/callback/email?token=raw&email=ada@example.com`))
    expect((await sessionOf(agent, url))?.user.email).to.equal("ada@example.com")
  })

  it("uses the provider's own generateVerificationToken and normalizeIdentifier", async () => {
    const { url, mailbox } = await startWithMail(
      {},
      {
        generateVerificationToken: () => "246810",
        normalizeIdentifier: (typed: string) => `${typed}@corp.example`,
      },
    )
    await askForMail(new UserAgent(), url, { email: "ada" })
    expect(mailbox.mails[0]?.identifier).to.equal("ada@corp.example")
    expect(mailbox.mails[0]?.token).to.equal("246810")
  })

  it("S22: answers the same for known and unknown addresses", async () => {
    const { url, adapter } = await startWithMail()
    await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    const [known, unknown] = [
      await askForMail(new UserAgent(), url),
      await askForMail(new UserAgent(), url, { email: "unknown@example.com" }),
    ]
    expect([unknown.status, unknown.body, redirectTarget(unknown)]).to.deep.equal([
      known.status,
      known.body,
      redirectTarget(known),
    ])
    expect(unknown.setCookies.map((line) => line.split("=")[0])).to.deep.equal(
      known.setCookies.map((line) => line.split("=")[0]),
    )
  })

  it("refuses a user that callbacks.signIn refuses, before any mail is sent", async () => {
    const { url, mailbox } = await startWithMail({ callbacks: { signIn: () => false } })
    const answer = await askForMail(new UserAgent(), url)
    expect(redirectTarget(answer)).to.include("error=AccessDenied")
    expect(mailbox.mails).to.deep.equal([])
  })
})
