import { expect } from "chai"
import { type Mailbox, mailbox } from "express-authjs/testing"
import { createTransport } from "nodemailer"
import { withEnvironment } from "../support/with-environment.js"
import { rejection } from "./rejection.js"

describe("mailbox", () => {
  let mail: Mailbox

  beforeEach(async () => {
    mail = await mailbox()
  })
  afterEach(() => mail.close())

  async function send(to: string, content: { subject?: string; text?: string; html?: string } = {}) {
    const {
      subject = "Grüße, und ein langer Betreff, der umgebrochen wird: schön",
      text = "",
      html = "",
    } = content
    await createTransport(mail.server).sendMail({
      ...{ from: "App <app@example.com>", to: { name: "", address: to }, subject },
      ...(text && { text }),
      ...(html && { html }),
    } as never)
  }

  it("returns what was sent, decoded", async () => {
    const text = `Schön.\n\nhttps://app.example/auth/callback/email?token=123456&a=b\n\n${"x".repeat(99)}\n654321\n`
    await send("ada@example.com", { text, html: "<p>Schön</p>" })
    const { text: received, html, ...others } = await mail.next()
    expect(received.trim()).to.equal(text.trim())
    expect(html.trim()).to.equal("<p>Schön</p>")
    expect(others).to.deep.equal({
      from: "app@example.com",
      to: ["ada@example.com"],
      subject: "Grüße, und ein langer Betreff, der umgebrochen wird: schön",
      link: "https://app.example/auth/callback/email?token=123456&a=b",
      code: "654321",
    })
  })

  it("finds link and code in a mail of HTML alone", async () => {
    const style = "<style>p { color: #123456; top: 111111px }</style>"
    const link = '<a class="a" href="https://app.example/?a=1&amp;b=2">Sign in</a>'
    await send("ada@example.com", { html: `${style}<p>${link} or type <b>098765</b>.</p>` })
    expect(await mail.next()).to.include({ link: "https://app.example/?a=1&b=2", code: "098765" })
    await send("ada@example.com", { text: "Nothing to see" })
    expect(await mail.next()).to.include({ link: "", code: "" })
  })

  it("returns each mail once, by address, oldest first", async () => {
    for (const [to, subject] of [
      ["ada@example.com", "1"],
      ["bob@example.com", "2"],
      ["ada@example.com", "3"],
    ] as const)
      await send(to, { subject, text: "." })
    expect((await mail.next({ to: "Bob@example.com" })).subject).to.equal("2")
    expect((await mail.next({ to: "ada@example.com" })).subject).to.equal("1")
    expect((await mail.next()).subject).to.equal("3")
    expect(mail.mails.map(({ subject }) => subject)).to.deep.equal(["1", "2", "3"])
  })

  it("waits for mail that is still to come", async () => {
    const [bobs, adas] = [mail.next({ to: "bob@example.com" }), mail.next({ to: "ada@example.com" })]
    await send("ada@example.com", { subject: "for Ada", text: "." })
    await send("bob@example.com", { subject: "for Bob", text: "." })
    expect([(await adas).subject, (await bobs).subject]).to.deep.equal(["for Ada", "for Bob"])
  })

  it("gives two waiting calls a mail each", async () => {
    const waiting = [mail.next(), mail.next()]
    await Promise.all([send("ada@example.com", { text: "1" }), send("ada@example.com", { text: "2" })])
    const texts = (await Promise.all(waiting)).map(({ text }) => text.trim())
    expect(texts.sort()).to.deep.equal(["1", "2"])
  })

  it("says which mail has come instead", async () => {
    await send("bob@example.com", { subject: "Welcome", text: "." })
    const error = await rejection(mail.next({ to: "ada@example.com", timeout: 20 }))
    expect(error).to.include({ code: "ERR_AUTH_TESTING" })
    expect(error.message).to.equal(
      'mailbox() received no mail to ada@example.com within 20 ms. Unread: "Welcome" to bob@example.com.',
    )
    await mail.next()
    expect((await rejection(mail.next({ timeout: 1 }))).message).to.include("There is no unread mail.")
  })

  it("fails a test that waits when it is closed", async () => {
    const waiting = rejection(mail.next())
    await mail.close()
    expect((await waiting).message).to.include("closed")
  })

  it("S56: throws in production", async () => {
    const error = await rejection(withEnvironment({ NODE_ENV: "production" }, () => mailbox()))
    expect(error).to.include({ code: "ERR_AUTH_TESTING" })
  })
})
