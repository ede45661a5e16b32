import { expect } from "chai"
import { CredentialsSignin, type ExpressAuthConfig } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { parse } from "node-html-parser"
import { cookiesOf, csrfOf, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { UserAgent, type Visit } from "../support/user-agent.js"

class Locked extends CredentialsSignin {
  override code = "locked"
}

const staff = Credentials({
  id: "staff",
  name: "Staff",
  credentials: {
    username: { label: "Personnel number" },
    pass: { type: "password" },
    pin: {},
    remember: { type: "checkbox", label: "Remember me" },
    site: { type: "hidden", value: "7" },
  },
  authorize: ({ username, pass }) => {
    if (username === "locked") throw new Locked()
    return pass === "right" ? { id: "s1", name: "Staff" } : null
  },
})
const members = Credentials({
  id: "members",
  name: "Members",
  credentials: { username: { label: "Member" }, password: {} },
  authorize: ({ password }) => (password === "right" ? { id: "m1", name: "Member" } : null),
})

const messages = { locked: "Your account is locked for 15 minutes.", AccessDenied: "Ask Mira for access." }

describe("what was typed at a try that failed", () => {
  const { start } = useAuthApps()
  const startBoth = (config: Partial<ExpressAuthConfig> = {}) =>
    start({ providers: [staff, members], messages, ...config })

  async function send(agent: UserAgent, url: string, provider: string, fields: Record<string, string>) {
    const page = await agent.get(`${url}/auth/signin?callbackUrl=/home&methods=all`)
    const answer = await agent.submit(page, { formAction: `/auth/callback/${provider}`, fields })
    return agent.followAll(answer)
  }

  /** The inputs of a form, by name. */
  function inputs(page: Visit, provider: string) {
    const form = parse(page.body).querySelector(`form[action="/auth/callback/${provider}"]`)
    return (name: string) => form?.querySelector(`input[name="${name}"]`)
  }

  const typed = { username: 'N"1', pass: "secret word", pin: "1234", remember: "on", site: "8" }

  it("is in the form again, but for secrets, and in that form alone", async () => {
    const { url } = await startBoth()
    const page = await send(new UserAgent(), url, "staff", typed)
    const input = inputs(page, "staff")
    expect(input("username")?.getAttribute("value")).to.equal('N"1')
    expect(input("remember")?.hasAttribute("checked")).to.equal(true)
    expect(input("site")?.getAttribute("value")).to.equal("7")
    expect(input("pin")?.hasAttribute("value")).to.equal(false)
    expect(page.body).to.not.include("secret word").and.not.include("1234")
    expect(inputs(page, "members")("username")).to.equal(undefined)
    expect(input("username")?.getAttribute("aria-describedby")).to.equal("message")
  })

  it("is shown once, and kept from scripts and from other paths", async () => {
    const { url } = await startBoth()
    const agent = new UserAgent()
    const csrfToken = await csrfOf(agent, url)
    const { setCookies } = await agent.post(`${url}/auth/callback/staff`, { ...typed, csrfToken })
    const line = setCookies.find((one) => one.startsWith("authjs.typed=")) ?? ""
    expect(line).to.include("HttpOnly").and.include("Path=/auth").and.include("Max-Age=60")
    expect((await agent.get(`${url}/auth/signin`)).body).to.include("N&#34;1")
    expect(await cookiesOf(agent, `${url}/auth/`)).to.not.have.property("authjs.typed")
    expect((await agent.get(`${url}/auth/signin`)).body).to.not.include("N&#34;1")
  })

  it("signs in at the second attempt, at its destination", async () => {
    const { url } = await startBoth()
    const agent = new UserAgent()
    const page = await send(agent, url, "staff", typed)
    const done = await agent.submit(page, { formAction: "/auth/callback/staff", fields: { pass: "right" } })
    expect(done.headers.get("location")).to.equal(`${url}/home`)
    expect((await sessionOf(agent, url))?.user.name).to.equal("Staff")
  })

  it("is an address, too", async () => {
    const sendVerificationRequest = () => Promise.reject(new Error("550"))
    const { provider } = createMailbox({ sendVerificationRequest })
    const { url } = await start({ providers: [provider], adapter: createMemoryAdapter() })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const again = await agent.followAll(await agent.submit(page, { fields: { email: "ada@example.com" } }))
    expect(again.body).to.include('value="ada@example.com"')
  })

  it("is not kept where it is much, for scripts, and for a page of the app's own", async () => {
    const { url } = await startBoth()
    const own = await startBoth({ pages: { signIn: "/login" } })
    for (const [at, username, headers] of [
      [url, "x".repeat(2000), {}],
      [url, "ada", { accept: "application/json" }],
      [own.url, "ada", {}],
    ] as const) {
      const agent = new UserAgent()
      const csrfToken = await csrfOf(agent, at)
      const { setCookies } = await agent.post(`${at}/auth/callback/staff`, { csrfToken, username }, headers)
      expect(setCookies.join()).to.not.include("typed")
    }
  })

  it("ignores a forged cookie", async () => {
    const { url } = await startBoth()
    const page = await new UserAgent().get(`${url}/auth/signin`, { cookie: "authjs.typed=x" })
    expect(page.status).to.equal(200)
    expect(page.setCookies.join()).to.include("authjs.typed=;")
  })
})

describe("the messages option", () => {
  const { start } = useAuthApps()

  it("says what the code of a CredentialsSignin means, on the page and as a code to scripts", async () => {
    const { url } = await start({ providers: [staff], messages })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const again = await agent.followAll(await agent.submit(page, { fields: { username: "locked" } }))
    expect(textOf(again.body)).to.include(messages.locked)
    const form = { csrfToken: await csrfOf(agent, url), username: "locked" }
    const answer = await agent.post(`${url}/auth/callback/staff`, form, { accept: "application/json" })
    expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([401, "locked"])
  })

  it("explains an error, and repeats nothing from the page's URL", async () => {
    const { url } = await start({ providers: [staff], messages })
    const textAt = async (query: string) =>
      textOf((await new UserAgent().get(`${url}/auth/signin?${query}`)).body)
    expect(await textAt("error=AccessDenied")).to.include(messages.AccessDenied)
    expect(await textAt("error=CredentialsSignin&code=constructor")).to.include("do not match")
    expect(await textAt("error=CredentialsSignin&code=Call+Eve")).to.not.include("Eve")
    expect(await textAt("code=locked")).to.not.include("locked")
  })

  it("takes texts", async () => {
    const config = { providers: [staff], messages: { locked: 1 } as never }
    const failure = await start(config).catch((error) => error)
    expect(failure).to.include({ code: "ERR_AUTH_INVALID_OPTION" })
    expect(failure.message).to.include("messages.locked")
  })
})
