import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { sessionOf, useAuthApps } from "../support/auth-apps.js"
import { type Asked, type Internet, startInternet } from "../support/internet.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { withEnvironment } from "../support/with-environment.js"

type Provider = ExpressAuthConfig["providers"][number]

interface MailerCase {
  options?: object
  /** Where it takes mail. */
  address: string
  /** The header that names the key, and what it holds. */
  key: readonly [name: string, value: string]
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`
const from = "login@app.example"

const mailers: Record<string, MailerCase> = {
  forwardemail: {
    address: "https://api.forwardemail.net/v1/emails",
    key: ["authorization", basic("the-key:")],
  },
  loops: {
    options: { transactionalId: "tx1" },
    address: "https://app.loops.so/api/v1/transactional",
    key: ["authorization", "Bearer the-key"],
  },
  mailgun: {
    address: "https://api.mailgun.net/v3/app.example/messages",
    key: ["authorization", basic("api:the-key")],
  },
  postmark: { address: "https://api.postmarkapp.com/email", key: ["x-postmark-server-token", "the-key"] },
  resend: { address: "https://api.resend.com/emails", key: ["authorization", "Bearer the-key"] },
  sendgrid: { address: "https://api.sendgrid.com/v3/mail/send", key: ["authorization", "Bearer the-key"] },
}

describe("every HTTP mailer of Auth.js", () => {
  const { start } = useAuthApps()
  let internet: Internet

  before(async () => {
    internet = await startInternet()
  })
  after(() => internet.close())
  beforeEach(() => {
    internet.replies.clear()
    internet.asked.length = 0
  })

  async function startWith(name: string, { options }: MailerCase) {
    const { default: factory } = (await import(`express-authjs/providers/${name}`)) as {
      default: (options: object) => Provider
    }
    const adapter = createMemoryAdapter()
    const config = { adapter, providers: [factory({ from, ...options })] }
    const variables = { [`AUTH_${name.toUpperCase()}_KEY`]: "the-key" }
    return { ...(await withEnvironment(variables, () => start(config))), adapter }
  }

  for (const [name, mailer] of Object.entries(mailers)) {
    it(`${name}: mails a link that signs in`, async () => {
      const { url } = await startWith(name, mailer)
      internet.replies.set(`POST ${mailer.address}`, { id: "queued" })
      const agent = new UserAgent()
      expect(redirectTarget(await askForMail(agent, url))).to.include("/auth/verify-request")
      const [mail, ...more] = internet.asked
      if (!mail) throw new Error("No mail was sent")
      expect(more).to.deep.equal([])
      expect(mail.headers[mailer.key[0]]).to.equal(mailer.key[1])
      expect(mail.body).to.include("mira@example.com")
      await agent.submit(await agent.get(linkIn(mail)))
      expect((await sessionOf(agent, url))?.user.email).to.equal("mira@example.com")
    })

    it(`${name}: says that the mail could not be sent, and keeps no token`, async () => {
      const { url, adapter, logs } = await startWith(name, mailer)
      internet.replies.set(`POST ${mailer.address}`, () =>
        Response.json({ message: "no credit" }, { status: 402 }),
      )
      const page = await askForMail(new UserAgent(), url)
      expect(redirectTarget(page)).to.include("error=EmailSignin")
      expect(adapter.rows.tokens.size).to.equal(0)
      expect(logs.filter(({ level }) => level === "error")).to.have.length(1)
    })
  }
})

async function askForMail(agent: UserAgent, url: string): Promise<Visit> {
  return agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email: "mira@example.com" } })
}

/** The link of a mail, in JSON or in a form, as text or as HTML. */
function linkIn({ body }: Asked): string {
  const [link = ""] = /http:\/\/localhost:\d+\/auth\/callback\/[^"'\\\s<]+/.exec(body) ?? []
  return link.replaceAll("&amp;", "&")
}
