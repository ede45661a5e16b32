import { mock } from "node:test"
import { expect } from "chai"
import type { RequestHandler } from "express"
import Passkey from "express-authjs/providers/passkey"
import { cookiesOf, sessionOf } from "../support/auth-apps.js"
import { readForm, textOf } from "../support/html-form.js"
import { expressVersions } from "../support/listen.js"
import { createMailbox } from "../support/mailbox.js"
import { registerPasskey, signInWithPasskey } from "../support/passkey-visitor.js"
import { heldCookies, later, type ShopOptions, send, typePassword, useShops } from "../support/shop-apps.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

type Way = (agent: UserAgent, page: Visit) => Promise<Visit>

const simple = "sum=5&to=Bob+%26+Eve&to=Zo%C3%AB&note=a%0D%0Ab%22%3Cb%3E&empty=&save=1"
const simpleBody = { sum: "5", to: ["Bob & Eve", "Zoë"], note: 'a\r\nb"<b>', empty: "", save: "1" }
const nested = "a%5Bb%5D=1&list%5B%5D=x&rows%5B0%5D%5Bn%5D=1&rows%5B0%5D%5Bq%5D=2&tag=x&tag=y"
const nestedBody = { a: { b: "1" }, list: ["x"], rows: [{ n: "1", q: "2" }], tag: ["x", "y"] }

describe("a form posted to requireAuth({ maxAge })", () => {
  const { startShop, postLate, confirmLate, demo } = useShops()

  for (const [version, express] of expressVersions) {
    const parsers: [name: string, parser: RequestHandler | undefined, form: string, got: string][] = [
      ["no parser reads", undefined, simple, simple],
      ["urlencoded() parses", express.urlencoded({ extended: false }), simple, JSON.stringify(simpleBody)],
      [
        "urlencoded({ extended }) parses",
        express.urlencoded({ extended: true }),
        nested,
        JSON.stringify(nestedBody),
      ],
      ["text() parses", express.text({ type: "*/*" }), simple, JSON.stringify(simple)],
    ]
    for (const [name, parser, form, got] of parsers)
      for (const strategy of ["jwt", "database"] as const)
        it(`waits for the sign-in, and arrives as it was: ${version}, ${name}, ${strategy}`, async () => {
          const app = await startShop({
            express,
            config: { session: { strategy } },
            ...(parser && { parser }),
          })
          const { agent, posted } = await postLate(app, form, "/pay?a=1&b=%2F")
          expect([posted.status, posted.headers.get("cache-control")]).to.deep.equal([
            303,
            "private, no-store",
          ])
          const signIn = await agent.followAll(posted)
          expect(textOf(signIn.body)).to.include("Sign in again")
          const page = await typePassword(agent, signIn)
          expect([page.status, page.headers.get("cache-control")]).to.deep.equal([200, "no-store"])
          const sent = await send(agent, page)
          expect([sent.url, sent.status, sent.body]).to.deep.equal([`${app.url}/pay?a=1&b=%2F`, 200, got])
        })
  }

  it("says on the page what it holds and where it goes, but no password", async () => {
    const app = await startShop()
    const { page } = await confirmLate(app, "toAccount=Bob&sum=5&newPassword=hunter22&_csrf=abc")
    const text = textOf(page.body)
    expect(text)
      .to.include("as ada")
      .and.include(`${new URL(app.url).host}/pay`)
    expect(text).to.include("To account Bob").and.include("Sum 5").and.include("New password not shown here")
    expect(text).to.not.include("hunter22").and.not.include("abc")
    expect(page.body).to.not.match(/<script|onload|http-equiv/i)
    expect(page.headers.get("content-security-policy")).to.include("form-action 'self'")
  })

  it("is a button alone where there are no fields", async () => {
    const { agent, page } = await confirmLate(await startShop(), "")
    const sent = await send(agent, page)
    expect([sent.status, sent.body]).to.deep.equal([200, ""])
  })

  it("is not lost when the page that asks is loaded again", async () => {
    const { agent, page } = await confirmLate(await startShop(), simple)
    const again = await agent.get(page.url)
    expect(readForm(again, { button: "Send" }).fields.toString()).to.equal(simple)
    expect((await send(agent, again)).body).to.equal(simple)
  })

  it("is sent once: the browser forgets it with the answer", async () => {
    const { agent, page } = await confirmLate(await startShop(), simple)
    await send(agent, page)
    expect(await cookiesOf(agent, page.url)).to.have.keys("authjs.session-token", "authjs.csrf-token")
    const again = await agent.get(page.url)
    expect([again.status, textOf(again.body).includes("No form is waiting here")]).to.deep.equal([404, true])
  })

  for (const [version, express] of expressVersions)
    it(`gets past the policy of the page that asks, where its answer leads to another site: ${version}`, async () => {
      const app = await startShop({ express })
      for (const [next, status] of [
        ["https://bank.example/pay?a=1&b=2", 200],
        ["//bank.example/pay", 200],
        ["/paid", 303],
        [`${app.url}/paid`, 303],
        ["javascript:alert(1)", 303],
        ["app:paid", 303],
      ] as const) {
        const { agent, page } = await confirmLate(app, simple, `/pay?${new URLSearchParams({ next })}`)
        const sent = await send(agent, page)
        expect([sent.status, heldCookies(sent).length > 0], next).to.deep.equal([status, true])
        const to = status === 200 ? `0;url=${new URL(next, app.url).href}` : null
        expect([sent.headers.get("refresh"), sent.headers.get("location") === null]).to.deep.equal([
          to,
          to !== null,
        ])
        if (to) expect(sent.body).to.include('href="http')
        const again = await agent.post(page.url.replace(/auth.*/, `pay?${new URLSearchParams({ next })}`))
        expect(again.status, "from any other page").to.equal(303)
      }
    })

  it("is dropped on the user's request, and redirects to its page", async () => {
    const app = await startShop()
    const { agent, page } = await confirmLate(app, simple)
    const dropped = await agent.submit(page, { button: "Do not send" })
    expect(redirectTarget(dropped)).to.equal(`${app.url}/shop?item=5`)
    expect((await agent.get(page.url)).status).to.equal(404)
  })

  it("is held without the URL of its page when that is too long", async () => {
    const app = await startShop()
    const { agent } = await postLate(app, simple)
    const referer = `${app.url}/shop?${"x".repeat(3900)}`
    const note = Array.from({ length: 500 }, (_, index) => (index * 7919).toString(36)).join(" ")
    const posted = await agent.post(`${app.url}/pay`, { note }, { referer })
    const page = await typePassword(agent, await agent.followAll(posted))
    expect(redirectTarget(await agent.submit(page, { button: "Do not send" }))).to.equal(`${app.url}/`)
  })

  it("is asked for again after too long on the page that asks, and is still there", async () => {
    const app = await startShop()
    const { agent, page } = await confirmLate(app, simple)
    mock.timers.tick(later)
    const late = await send(agent, page)
    expect(late.status).to.equal(303)
    expect((await agent.get(page.url)).status, "the former is gone").to.equal(404)
    const next = await typePassword(agent, await agent.followAll(late))
    expect((await send(agent, next)).body).to.equal(simple)
    expect(redirectTarget(await agent.submit(next, { button: "Do not send" }))).to.equal(`${app.url}/`)
  })

  it("redirects to the sign-in without a fresh sign-in, and keeps the form", async () => {
    const app = await startShop()
    const { agent, posted } = await postLate(app, simple)
    const waiting = new URL(redirectTarget(posted) ?? "").searchParams.get("callbackUrl") ?? ""
    const early = await agent.get(waiting)
    expect(new URL(redirectTarget(early) ?? "").searchParams.get("code")).to.equal("reauthenticate")
    expect(early.body).to.not.include("Bob")
    await agent.submit(await agent.get(`${app.url}/auth/signout`))
    expect(await sessionOf(agent, app.url)).to.equal(null)
    const refused = await agent.get(waiting)
    expect(new URL(redirectTarget(refused) ?? "").searchParams.get("code")).to.equal("fresh")
    const page = await typePassword(agent, await agent.followAll(refused))
    expect((await send(agent, page)).body).to.equal(simple)
  })

  it("waits beside others: each is sent by its own page", async () => {
    const app = await startShop()
    const { agent, posted } = await postLate(app, "sum=1")
    const other = await agent.post(`${app.url}/pay?n=2`, new URLSearchParams("sum=2"))
    const second = await typePassword(agent, await agent.followAll(other))
    const first = await agent.get(new URL(redirectTarget(posted) ?? "").searchParams.get("callbackUrl") ?? "")
    expect((await send(agent, second)).body).to.equal("sum=2")
    expect((await send(agent, first)).body).to.equal("sum=1")
  })

  it("fits into two cookies where it is long, which only the page that asks is sent", async () => {
    const app = await startShop()
    const note = Array.from({ length: 300 }, (_, index) => `${(index * 7919).toString(36)}é`).join(" ")
    const form = new URLSearchParams({ note }).toString()
    const { agent, posted } = await postLate(app, form)
    expect(heldCookies(posted)).to.have.lengthOf(1)
    const long = new URLSearchParams({ note: note + [...note].reverse().join("") }).toString()
    const longer = await agent.post(`${app.url}/pay`, new URLSearchParams(long))
    expect(heldCookies(longer)).to.have.lengthOf(2)
    for (const line of heldCookies(longer))
      expect(line).to.match(/; Max-Age=900; Path=\/auth\/confirm-form\/[\w-]{16}; HttpOnly; SameSite=Lax$/)
    const page = await typePassword(agent, await agent.followAll(longer))
    expect((await send(agent, page)).body).to.equal(long)
    expect((await agent.get(page.url)).status).to.equal(404)
  })

  /** Ways to sign in, each from the sign-in page to where it leads. */
  const ways: Record<string, () => { config: ShopOptions["config"]; signIn: Way }> = {
    "an OpenID provider": () => ({
      config: { providers: [demo()] },
      signIn: async (agent, page) => {
        const leaving = await agent.submit(page, { button: /Demo/ })
        return agent.followAll(await signInAtProvider(agent, leaving, { name: "Ada Lovelace" }))
      },
    }),
    "a mailed link, opened in this browser": () => {
      const mailbox = createMailbox()
      return {
        config: { providers: [mailbox.provider], session: { strategy: "jwt" } },
        signIn: async (agent, page) => {
          await agent.submit(page, { fields: { email: "ada@example.com" } })
          return agent.followAll(await agent.submit(await agent.get(mailbox.link())))
        },
      }
    },
    "a mailed code": () => {
      const codes: string[] = []
      const { provider } = createMailbox({
        sendVerificationRequest: (mail) => void codes.push("code" in mail ? String(mail.code) : ""),
      })
      return {
        config: { providers: [provider], session: { strategy: "database" } },
        signIn: async (agent, page) => {
          const fields = { email: "ada@example.com" }
          const sent = await agent.followAll(await agent.submit(page, { fields }))
          return agent.followAll(await agent.submit(sent, { fields: { code: codes.at(-1) ?? "" } }))
        },
      }
    },
    "a passkey": () => {
      const device = new SoftwareAuthenticator()
      let known = false
      return {
        config: { providers: [Passkey], session: { strategy: "database" } },
        signIn: async (agent, page) => {
          const { origin, searchParams } = new URL(page.url)
          const callbackUrl = searchParams.get("callbackUrl") ?? "/"
          const answer = known
            ? await signInWithPasskey(agent, origin, device, { callbackUrl })
            : await registerPasskey(agent, origin, device, { email: "eve@example.com" })
          known = true
          return agent.followAll(answer)
        },
      }
    },
  }
  for (const [name, way] of Object.entries(ways))
    it(`comes back from ${name}`, async () => {
      const { config = {}, signIn } = way()
      const app = await startShop({ config })
      const agent = new UserAgent()
      await signIn(agent, await agent.get(`${app.url}/auth/signin`))
      expect(await sessionOf(agent, app.url)).to.not.equal(null)
      mock.timers.tick(later)
      const posted = await agent.post(`${app.url}/pay`, new URLSearchParams(simple))
      const page = await signIn(agent, await agent.followAll(posted))
      expect((await send(agent, page)).body).to.equal(simple)
    })
})
