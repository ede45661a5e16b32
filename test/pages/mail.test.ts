import { expect } from "chai"
import { renderMail } from "../../lib/pages/mail.js"
import { textsOf } from "../../lib/texts/texts.js"
import { parseHtml } from "./parse-html.js"

const url = "https://app.example.com/auth/callback/email?callbackUrl=%2F&token=abc&email=ada%40example.com"
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000)
const mail = (theme = {}, expires = inHours(24)) =>
  renderMail({ theme }, textsOf("en"), { url, code: "012345", expires })

describe("renderMail", () => {
  for (const part of ["text", "html"] as const)
    it(`contains the link, the code, the expiry and the app, as ${part}`, () => {
      const content = part === "text" ? mail().text : parseHtml(mail().html).text
      for (const said of [url, "012345", "24 hours", "app.example.com", "ignore this email"])
        expect(content).to.include(said)
    })

  it("has the link as a button and as text", () => {
    const links = parseHtml(mail().html).elements.filter(({ tag }) => tag === "a")
    expect(links.map(({ attributes }) => attributes.get("href"))).to.deep.equal([url, url])
  })

  it("loads nothing", () => {
    const { html } = mail({ logo: "https://cdn.example.com/logo.svg" })
    expect(html).to.not.match(/<(?:img|link|script|iframe)|url\(|@import|cdn\.example/i)
  })

  it("has the brand's colour, with a text that can be read on it, and no other input of the theme", () => {
    expect(mail({ brandColor: "#ffee00", buttonText: "#ffffff" }).html).to.include(
      "background: #ffee00; color: #000000",
    )
    const hostile = mail({ brandColor: '#fff"><script>' }).html
    expect(hostile).to.not.include("<script").and.not.include("undefined")
  })

  it("is not broken out of by an address", () => {
    const hostile = `${url}"><img src=x onerror=alert(1)>`
    const { html } = renderMail({ theme: {} }, textsOf("en"), {
      url: hostile,
      code: "1",
      expires: inHours(1),
    })
    expect(parseHtml(html).elements.map(({ tag }) => tag)).to.not.include("img")
  })

  for (const [hours, words] of [
    [24, "24 hours"],
    [1, "60 minutes"],
    [1 / 60, "1 minute"],
    [2.2, "2 hours"],
    [72, "3 days"],
  ] as const)
    it(`works for ${words}`, () => expect(mail({}, inHours(hours)).text).to.include(` ${words}:`))
})
