import { expect } from "chai"
import Nodemailer from "express-authjs/providers/nodemailer"
import express4 from "express4"
import { useAuthApps } from "../support/auth-apps.js"
import { startMailServer } from "../support/mail-server.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { UserAgent, type Visit } from "../support/user-agent.js"

const headings: Record<string, string> = {
  en: "Sign in",
  ar: "تسجيل الدخول",
  de: "Anmelden",
  he: "כניסה",
  pt: "Entrar",
  uk: "Вхід",
  zh: "登录",
}

describe("the language of pages", () => {
  const { start, keep } = useAuthApps()

  const open = (url: string, header: string | undefined, path = "/auth/signin") =>
    new UserAgent().get(`${url}${path}`, header === undefined ? {} : { "accept-language": header })

  function expectLanguage(page: Visit, language: string, dir = "ltr"): void {
    expect(page.body).to.match(new RegExp(`<html lang="${language}" dir="${dir}"`))
    expect(page.body).to.include(`<h1>${headings[language]}</h1>`)
  }

  for (const [header, language, dir] of [
    ["de", "de"],
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["pt-BR", "pt"],
    ["zh-CN,zh;q=0.9", "zh"],
    ["zh-Hans", "zh"],
    ["uk;q=0.5, sv;q=0.9, de;q=0.7", "de"],
    ["en;q=0.8,de;q=0", "en"],
    ["iw", "he", "rtl"],
    ["ar-EG", "ar", "rtl"],
    ["DE", "de"],
    ["tlh, sv", "en"],
    ["*", "en"],
    ["", "en"],
  ] as const)
    it(`is ${language} for Accept-Language: ${header || "(empty)"}`, async () => {
      const { url } = await start()
      const page = await open(url, header)
      expectLanguage(page, language, dir)
      expect(page.headers.get("vary")).to.match(/\bAccept-Language\b/)
    })

  it("follows Accept-Language under Express 4", async () => {
    const { url } = await start({}, { express: express4 as never })
    expectLanguage(await open(url, "de"), "de")
  })

  for (const [name, header] of Object.entries({
    "no tag": "<script>alert(1)</script>, ../../etc/passwd, constructor, __proto__;q=1",
    "thousands of languages": Array.from({ length: 2000 }, (_, n) => `x${n}`).join(","),
    "a long tag": `de-${"a".repeat(6000)}`,
    "bad qualities": "de;q=NaN, de;q=-1, ;q=1, ,,, de;;q",
  }))
    it(`is a language of ours, whatever the header says: ${name}`, async () => {
      const { url, logs } = await start()
      const page = await open(url, header)
      expect(page.status).to.equal(200)
      expect(page.body).to.match(/<html lang="(?:en|de)" dir="ltr"/)
      expect(page.body).to.not.include("alert(1)")
      expect(logs).to.deep.equal([])
    })

  it("is that of `locale`, without Vary", async () => {
    const { url } = await start({ locale: "de-CH" })
    const page = await open(url, "fr")
    expectLanguage(page, "de")
    expect(page.headers.get("vary") ?? "").to.not.include("Accept-Language")
  })

  it("is what the function returns for the request, else that of the header", async () => {
    const { url } = await start({ locale: (req) => req.query.lang as string | undefined })
    expectLanguage(await open(url, "fr", "/auth/signin?lang=de"), "de")
    expectLanguage(await open(url, "de", "/auth/signin?lang=tlh"), "de")
    expectLanguage(await open(url, "de", "/auth/signin?lang=%3Cscript%3E"), "de")
    expectLanguage(await open(url, "de", "/auth/signin?lang=uk&lang=zh"), "de")
    expectLanguage(await open(url, "de"), "de")
  })

  it("is that of the header if the function throws or returns a promise, which the log says", async () => {
    const failing = await start({
      locale: () => {
        throw new Error("no language today")
      },
    })
    expectLanguage(await open(failing.url, "de"), "de")
    expect(failing.logs.map(({ text }) => text)).to.deep.equal(["Error: no language today"])
    const late = await start({ locale: (async () => Promise.reject(new Error("later"))) as never })
    for (let n = 0; n < 2; n++) expectLanguage(await open(late.url, "de"), "de")
    const texts = late.logs.map(({ text }) => text)
    expect(texts).to.deep.equal(["locale", "Error: later", "Error: later"])
  })

  it("is that of a refusal by a guard, too", async () => {
    const { url } = await start(
      {},
      {
        routes: (app, auth) =>
          app.post("/notes", auth.requireAuth(), (_req, res) => void res.send("written")),
      },
    )
    const agent = new UserAgent()
    const page = await agent.post(`${url}/notes`, { text: "hello" }, { "accept-language": "de" })
    expect(page.status).to.equal(401)
    expect(page.body).to.include('<html lang="de" dir="ltr"').and.include("Ihr Formular wurde nicht gesendet")
  })

  it("is that of the request in mails", async () => {
    const mail = await startMailServer()
    keep({ ...mail, port: 0 })
    const providers = [Nodemailer({ server: mail.url, from: "login@app.example" })]
    const { url } = await start({ providers, adapter: createMemoryAdapter() })
    const agent = new UserAgent({ headers: { "accept-language": "de" } })
    await agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email: "ada@example.com" } })
    const [sent] = mail.mails
    expect(sent?.headers).to.match(/^Subject: Bei localhost:\d+ anmelden/m)
    expect(sent?.text).to.include("24 Stunden lang")
    expect(sent?.html).to.include('<html lang="de" dir="ltr">')
  })
})

describe("the app's own texts", () => {
  const { start } = useAuthApps()

  const open = (url: string, language: string, query = "") =>
    new UserAgent().get(`${url}/auth/signin${query}`, { "accept-language": language })

  it("replace ours in their language only", async () => {
    const { url } = await start({ texts: { de: { "signIn.heading": "Willkommen zurück" } } })
    expect((await open(url, "de")).body)
      .to.include("<h1>Willkommen zurück</h1>")
      .and.include("weiter zu")
    expect((await open(url, "en")).body).to.include("<h1>Sign in</h1>")
  })

  it("add languages, whose missing texts come from the language that contains them, or from English", async () => {
    const { url, logs } = await start({
      texts: {
        sv: { "signIn.heading": "Logga in" },
        "de-at": { "signIn.heading": "Servus" },
        "zh-Hant": { "signIn.heading": "登入" },
      },
    })
    expect((await open(url, "sv")).body)
      .to.include("<h1>Logga in</h1>")
      .and.include("to continue to")
    expect((await open(url, "de-AT")).body)
      .to.include('lang="de-AT"')
      .and.include("Servus</h1>")
    expect((await open(url, "de-AT")).body).to.include("weiter zu")
    expect((await open(url, "de-DE")).body).to.include("<h1>Anmelden</h1>")
    expect((await open(url, "zh-TW")).body).to.include("<h1>登入</h1>")
    expect((await open(url, "zh-CN")).body).to.include("<h1>登录</h1>")
    expect(logs.map(({ text }) => text)).to.deep.equal(["texts"])
  })

  it("give way to `messages`", async () => {
    const { url } = await start({
      texts: { de: { "signInError.accessDenied": "Kein Zutritt." } },
      messages: { AccessDenied: "Ask Ada." },
    })
    expect((await open(url, "de", "?error=AccessDenied")).body).to.include("Ask Ada.")
  })
})
