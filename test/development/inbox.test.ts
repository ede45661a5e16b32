import Resend from "@auth/core/providers/resend"
import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import Loops from "express-authjs/providers/loops"
import Nodemailer from "express-authjs/providers/nodemailer"
import express4 from "express4"
import { inboxOf } from "../../lib/development/inbox.js"
import {
  type AuthAppOptions,
  csrfOf,
  secret,
  sessionOf,
  UserAgent,
  useAuthApps,
} from "../support/auth-apps.js"
import { configErrorOf } from "../support/config-error.js"
import { textOf } from "../support/html-form.js"
import { listen } from "../support/listen.js"
import { startMailServer } from "../support/mail-server.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { recordingLogger } from "../support/recording-logger.js"
import type { Visit } from "../support/user-agent.js"
import { withEnvironment } from "../support/with-environment.js"

type Variables = Record<string, string>

const linkIn = ({ body }: Visit) =>
  /href="([^"]+)">Open the link/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? ""
const codeIn = ({ body }: Visit) => /<code>(\d{6})<\/code>/.exec(body)?.[1] ?? ""

const silent = { warn() {} }

describe("the inbox", () => {
  const apps = useAuthApps()

  function start(
    config: Partial<ExpressAuthConfig> = {},
    { env = { NODE_ENV: "development" }, ...options }: AuthAppOptions & { env?: Variables } = {},
  ) {
    const providers = [Nodemailer({ from: "login@example.com" })]
    const adapter = createMemoryAdapter()
    return withEnvironment(env, () => apps.start({ providers, adapter, ...config }, options))
  }

  async function askForMail(agent: UserAgent, url: string, email = "ada@example.com"): Promise<Visit> {
    const page = await agent.get(`${url}/auth/signin`)
    return agent.followAll(await agent.submit(page, { formAction: /signin\/\w+$/, fields: { email } }))
  }

  for (const [version, create] of [
    ["4", express4],
    ["5", undefined],
  ] as const)
    it(`keeps the mail of a mailer without a server, and its link signs in, on Express ${version}`, async () => {
      const { url } = await start({}, create ? { express: create } : {})
      const agent = new UserAgent()
      const asked = await askForMail(agent, url)
      expect(asked.body).to.include('<a href="/auth/inbox">Open the inbox</a>')
      const inbox = await agent.get(`${url}/auth/inbox`)
      expect(inbox.headers.get("content-security-policy")).to.include("default-src 'none'")
      expect(inbox.headers.get("cache-control")).to.equal("no-store")
      expect(textOf(inbox.body)).to.include("Sign in to localhost").and.include("to ada@example.com")
      await agent.submit(await agent.get(linkIn(inbox)))
      expect((await sessionOf(agent, url))?.user.email).to.equal("ada@example.com")
    })

  it("shows the code, which signs in too", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const asked = await askForMail(agent, url)
    const code = codeIn(await agent.get(`${url}/auth/inbox`))
    await agent.submit(asked, { fields: { code } })
    expect((await sessionOf(agent, url))?.user.email).to.equal("ada@example.com")
  })

  it("logs each mail in a line with its address, link and code, and says at start where mails go", async () => {
    const lines: string[] = []
    const logger = { warn: (...words: unknown[]) => void lines.push(words.join(" ")) }
    const { url } = await start({ logger })
    const agent = new UserAgent()
    await askForMail(agent, url)
    const inbox = await agent.get(`${url}/auth/inbox`)
    expect(lines).to.have.lengthOf(2)
    expect(lines[0]).to.match(/^inbox No mail server or API key for nodemailer: mails are not sent/)
    expect(lines[1]).to.equal(
      `inbox Mail to ada@example.com: ${linkIn(inbox)}, code ${codeIn(inbox)}. All mails: ${url}/auth/inbox`,
    )
  })

  for (const [name, provider] of [
    ["Resend", Resend],
    ["Loops", Loops],
    ["Nodemailer, uncalled", Nodemailer],
  ] as const)
    it(`keeps the mail of ${name} without a key or server`, async () => {
      const { url } = await start({ providers: [provider] as ExpressAuthConfig["providers"] })
      const agent = new UserAgent()
      await askForMail(agent, url, "bob@example.com")
      expect(textOf((await agent.get(`${url}/auth/inbox`)).body)).to.include("to bob@example.com")
    })

  it("lists mails newest first, and says what arrives before there is any", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const empty = textOf((await agent.get(`${url}/auth/inbox`)).body)
    expect(empty).to.include("No mail yet").and.include("because this app has no mail server")
    for (const name of ["ada", "bob"]) await askForMail(agent, url, `${name}@example.com`)
    expect(textOf((await agent.get(`${url}/auth/inbox`)).body)).to.match(/to bob@.*to ada@/)
  })

  it("keeps the last 50 mails, and no text larger than 1 MB", () => {
    const inbox = inboxOf({ memory: { isOfFunction: false } })
    const mail = { to: "", subject: "", text: "short", link: "", code: undefined, time: new Date() }
    inbox.add({ ...mail, text: "x".repeat(1024 * 1024) })
    expect(inbox.mails[0]?.text).to.equal("(The text is larger than 1 MB.)")
    for (let n = 1; n <= 60; n++) inbox.add({ ...mail, subject: String(n) })
    expect(inbox.mails).to.have.lengthOf(50)
    expect([inbox.mails[0]?.subject, inbox.mails[49]?.subject]).to.deep.equal(["60", "11"])
  })

  it("escapes what a mail contains", async () => {
    const { url } = await start({
      providers: [
        {
          ...Nodemailer({ from: "a@example.com", normalizeIdentifier: (text) => text }),
          id: "mail",
        } as never,
      ],
    })
    const agent = new UserAgent()
    const form = { csrfToken: await csrfOf(agent, url), email: "<script>alert(1)</script>@example.com" }
    await agent.post(`${url}/auth/signin/mail`, form)
    const { body } = await agent.get(`${url}/auth/inbox`)
    expect(body).to.include("&lt;script&gt;alert(1)").and.not.include("<script>alert")
  })

  it("is reachable behind a guard for the whole app", async () => {
    const { url } = await start(
      {},
      {
        before: () => {},
        routes: (app, auth) => void app.use(auth.requireAuth()),
      },
    )
    expect((await new UserAgent().get(`${url}/auth/inbox`)).status).to.equal(200)
  })

  it("belongs to one ExpressAuth, and lasts where a function returns a configuration for each request", async () => {
    const adapter = createMemoryAdapter()
    const create = () => ({
      providers: [Nodemailer({ from: "a@example.com" })],
      adapter,
      secret,
      logger: silent,
    })
    const before = process.env.NODE_ENV
    process.env.NODE_ENV = "development"
    try {
      const app = express().use("/auth", ExpressAuth(create)).use("/other", ExpressAuth(create()))
      const server = await listen(app)
      apps.keep(server)
      const agent = new UserAgent()
      await askForMail(agent, server.url)
      expect(textOf((await agent.get(`${server.url}/auth/inbox`)).body)).to.include("to ada@example.com")
      expect(textOf((await agent.get(`${server.url}/other/inbox`)).body)).to.include("No mail yet")
    } finally {
      if (before === undefined) delete process.env.NODE_ENV
      else process.env.NODE_ENV = before
    }
  })

  it("does not exist where every mailer can send, which then does", async () => {
    const mail = await startMailServer()
    const { url } = await start({ providers: [Nodemailer({ server: mail.url, from: "a@example.com" })] })
    const agent = new UserAgent()
    const asked = await askForMail(agent, url)
    expect(textOf(asked.body)).to.not.include("inbox")
    expect(mail.mails).to.have.lengthOf(1)
    expect((await agent.get(`${url}/auth/inbox`)).status).to.equal(404)
    await mail.close()
  })

  describe("outside development (S55)", () => {
    for (const env of [{ NODE_ENV: "production" }, { NODE_ENV: "Development" }, { NODE_ENV: "test" }, {}]) {
      const name = "NODE_ENV" in env ? env.NODE_ENV : "unset"

      it(`does not exist: a mailer without a server or key stops the start (${name})`, () => {
        const adapter = createMemoryAdapter()
        const messageOf = (provider: unknown) =>
          configErrorOf(() =>
            withEnvironment(env, () =>
              ExpressAuth({
                providers: [provider as never],
                adapter,
                secret,
                trustHost: true,
                logger: silent,
              }),
            ),
          )
        expect(messageOf(Nodemailer({ from: "a@example.com" }))).to.match(
          /^ERR_AUTH_PROVIDER: Provider "nodemailer" has no `server`\. Pass the URL of a mail server/,
        )
        expect(messageOf(Resend)).to.include("Set AUTH_RESEND_KEY")
        expect(messageOf(Nodemailer).includes("NODE_ENV=development")).to.equal(name !== "production")
      })

      it(`is an unknown path of the app, with every method (${name})`, async () => {
        const mail = Nodemailer({ server: "smtp://127.0.0.1:1", from: "a@example.com" })
        const { url } = await start(
          { providers: [mail], trustHost: true },
          { env, routes: (app) => void app.use((_req, res) => res.status(404).send("the app's own")) },
        )
        for (const method of ["GET", "HEAD", "POST", "PUT"]) {
          const response = await fetch(`${url}/auth/inbox`, { method })
          expect(response.status, method).to.equal(404)
          if (method !== "HEAD") expect(await response.text()).to.equal("the app's own")
        }
      })
    }
  })

  describe("through a tunnel or proxy, or for another site (S55)", () => {
    const strangers: [string, Variables][] = [
      ["X-Forwarded-For", { "x-forwarded-for": "203.0.113.7" }],
      ["Forwarded", { forwarded: "for=203.0.113.7" }],
      ["another host name", { host: "rebound.example" }],
      ["a script of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
      ["a script of another port", { "sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors" }],
    ]
    for (const [name, headers] of strangers)
      it(`is an unknown path with ${name}`, async () => {
        const { url } = await start()
        const agent = new UserAgent()
        await askForMail(agent, url)
        const refused = await agent.get(`${url}/auth/inbox`, headers)
        expect(refused.status).to.equal(404)
        expect(refused.body).to.not.include("ada@example.com")
        expect(textOf((await agent.get(`${url}/auth/inbox`)).body)).to.include("ada@example.com")
      })

    it("is named in one warning that says where it can be opened", async () => {
      const { logger, warnings } = recordingLogger()
      const { url } = await start({ logger: { ...logger } })
      for (const _ of [1, 2])
        await fetch(`${url}/auth/inbox`, { headers: { "x-forwarded-for": "203.0.113.7" } })
      const [warning, ...more] = warnings.filter(([code]) => code === "inbox-request")
      expect(warning?.[1])
        .to.include("/auth/inbox was requested through a proxy")
        .and.include("http://localhost")
      expect(more).to.deep.equal([])
    })

    it("is an unknown path for a script without Fetch Metadata that has an origin", async () => {
      const { url } = await start()
      const headers = { origin: "https://evil.example" }
      expect(
        (await fetch(`${url}/auth/inbox`, { headers: { ...headers, "sec-fetch-mode": "cors" } })).status,
      ).to.equal(404)
    })

    it("is not mentioned on the page after a mail was requested", async () => {
      const { url } = await start()
      const agent = new UserAgent({ headers: { "x-forwarded-for": "203.0.113.7" } })
      const asked = await askForMail(agent, url)
      expect(textOf(asked.body)).to.include("Check your email").and.not.include("inbox")
    })
  })
})
