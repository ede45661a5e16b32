import type { EmailConfig } from "@auth/core/providers/email"
import forwardemail from "@auth/core/providers/forwardemail"
import loops from "@auth/core/providers/loops"
import mailgun from "@auth/core/providers/mailgun"
import coreNodemailer from "@auth/core/providers/nodemailer"
import postmark from "@auth/core/providers/postmark"
import resend from "@auth/core/providers/resend"
import sendgrid from "@auth/core/providers/sendgrid"
import { expect } from "chai"
import Nodemailer from "express-authjs/providers/nodemailer"
import { createTransport } from "nodemailer"
import { findMailer, withTimeouts } from "../../lib/mail/mailers.js"
import { type Asked, type Internet, startInternet } from "../support/internet.js"

const to = "ada@example.com"
const url = "https://app.example.com/auth/callback/x?token=1"
const message = { subject: "Sign in to app.example.com", text: "THE TEXT", html: "<p>THE HTML</p>" }
const options = { apiKey: "the-key", from: "login@app.example" }

const providers: EmailConfig[] = [
  ...[forwardemail, postmark, resend, sendgrid, mailgun].map((create) => create(options as never)),
  mailgun({ ...options, region: "EU" } as never),
]

describe("findMailer", () => {
  let internet: Internet

  before(async () => {
    internet = await startInternet()
  })
  after(() => internet.close())
  beforeEach(() => void internet.asked.splice(0))

  /** As core merges it. */
  const merged = (provider: EmailConfig) => ({ ...provider, ...provider.options }) as EmailConfig

  async function sendByCore(provider: EmailConfig): Promise<void> {
    const params = { identifier: to, url, provider: merged(provider), theme: {}, token: "1" }
    const request = new Request(url)
    const sent = provider.sendVerificationRequest({ ...params, request, expires: new Date() })
    await Promise.resolve(sent).catch(() => {})
  }

  for (const [n, provider] of providers.entries())
    it(`sends what core sends, but for the message: ${provider.id} ${n}`, async () => {
      await sendByCore(provider)
      const mailer = await findMailer(provider.id, provider.sendVerificationRequest)
      const failed = await mailer?.(merged(provider), to, message).catch(String)
      expect(failed).to.match(/responded 404: .*unknown/)
      const [theirs, ours] = internet.asked.map(withoutMessage)
      expect(ours).to.deep.equal(theirs)
      expect(JSON.stringify(ours)).to.include("THE TEXT").and.include("THE HTML")
    })

  it("S37: reads a limited answer, and takes neither key nor link to another address", async () => {
    const provider = resend(options)
    const mailer = await findMailer("resend", provider.sendVerificationRequest)
    const address = "POST https://api.resend.com/emails"
    internet.replies.set(address, () => new Response("x".repeat(1_000_000)))
    const large = await mailer?.(merged(provider), to, message).catch((error) => error)
    expect(large).to.include({ name: "AnswerTooLargeError" })
    const headers = { location: "https://evil.example/" }
    internet.replies.set(address, () => new Response(null, { status: 307, headers }))
    expect(await mailer?.(merged(provider), to, message).catch(String)).to.include("responded 307")
    expect(internet.asked).to.have.length(2)
    internet.replies.delete(address)
  })

  it("recognises Nodemailer, ours and core's, and no function that only has its id", async () => {
    for (const create of [Nodemailer, coreNodemailer]) {
      const { sendVerificationRequest } = create({ server: "smtp://localhost" })
      expect(await findMailer("nodemailer", sendVerificationRequest as never)).to.be.a("function")
    }
    expect(await findMailer("nodemailer", async () => {})).to.equal(undefined)
  })

  it("leaves a function of the user's own alone, wherever it stands, and Loops", async () => {
    const own = async () => {}
    for (const provider of [
      { ...resend(options), sendVerificationRequest: own },
      { id: "resend", sendVerificationRequest: own },
      { id: "constructor", sendVerificationRequest: own },
      loops({ ...options, transactionalId: "1" } as never),
    ])
      expect(await findMailer(provider.id, provider.sendVerificationRequest as never)).to.equal(undefined)
  })
})

describe("withTimeouts", () => {
  const transportOf = (server: never) =>
    (createTransport(withTimeouts(server)) as unknown as { options: object }).options

  it("limits the time of a mail server, given as an address or as options", () => {
    const limits = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }
    for (const server of ["smtp://user:pass@localhost:25", { host: "localhost" }])
      expect(transportOf(server as never)).to.include({ host: "localhost", ...limits })
  })

  it("leaves the app's own limits", () => {
    for (const server of ["smtp://localhost?socketTimeout=5", { host: "localhost", socketTimeout: 5 }])
      expect(transportOf(server as never)).to.include({ socketTimeout: 5, greetingTimeout: 10_000 })
  })

  it("leaves a transport of the app's own alone", () => {
    const transport = { name: "own", version: "1", send: () => {} }
    expect(withTimeouts(transport as never)).to.equal(transport)
  })
})

/** A request with placeholders for what a mailer is free to write: the message, and the boundary of a form. */
function withoutMessage({ method, url: address, headers, body }: Asked): object {
  const boundary = /boundary=(\S+)/.exec(headers["content-type"] ?? "")?.[1] ?? "none"
  const { "content-length": _length, host: _host, ...rest } = headers
  const plain = JSON.stringify({ address, headers: rest, body: parse(body) }).replaceAll(boundary, "BOUNDARY")
  return { method, ...JSON.parse(plain) }
}

function parse(body: string): object | string {
  if (body.startsWith("{")) return JSON.parse(JSON.stringify(JSON.parse(body), toPlaceholder))
  const names = ["text", "html"].map((name) => new RegExp(`(name="${name}"\\r\\n\\r\\n)[^]*?(?=\\r\\n--)`))
  const fields = body.replace(names[0] as RegExp, "$1THE TEXT").replace(names[1] as RegExp, "$1THE HTML")
  return { fields: fields.split(/--+.*\r\n/).sort() }
}

function toPlaceholder(name: string, value: unknown): unknown {
  if (typeof value !== "string") return value
  if (/^(?:text|TextBody)$/.test(name) || (name === "value" && !value.includes("<"))) return "THE TEXT"
  return /^(?:html|HtmlBody|value)$/.test(name) ? "THE HTML" : value
}
