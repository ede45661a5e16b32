import { expect } from "chai"
import { createExtendedAdapter } from "../../support/adapter-extras.js"
import { sessionOf, UserAgent, useAuthApps } from "../../support/auth-apps.js"
import { listen } from "../../support/listen.js"
import { createMemoryAdapter } from "../../support/memory-adapter.js"
import { createPasskeyApp, type PasskeyAppOptions } from "../../support/passkey-app.js"
import {
  askForOptions,
  passkeyOptions,
  registerPasskey,
  signInWithPasskey,
} from "../../support/passkey-visitor.js"
import { SoftwareAuthenticator } from "../../support/software-authenticator.js"

const email = "ada@example.com"

describe("GET /auth/webauthn-options", () => {
  const { keep } = useAuthApps()

  async function start(options: PasskeyAppOptions = {}) {
    const made = createPasskeyApp(options)
    const server = await listen(made.app)
    keep(server)
    return { ...made, url: server.url }
  }

  /** An answer without what is random in it. */
  async function answerFor(url: string, query: Record<string, string>) {
    const { status, body, setCookies } = await askForOptions(new UserAgent(), url, query)
    const random = /"(challenge|id)":"[\w-]{32,}"/g
    return { status, body: body.replace(random, '"$1":…'), cookies: setCookies.map((line) => line.length) }
  }

  it("S22 answers the same for an address that has a passkey, one that has none, and none at all", async () => {
    const { url, adapter } = await start()
    await registerPasskey(new UserAgent(), url, new SoftwareAuthenticator(), { email })
    const looked: string[] = []
    adapter.getUserByEmail = async (address) => {
      looked.push(address)
      return null
    }
    const plain = await answerFor(url, { action: "authenticate" })
    expect(plain.status).to.equal(200)
    expect(plain.body).not.to.include("allowCredentials").and.not.to.include('"user"')
    for (const query of [{ email }, { email: "unknown@example.com" }, { action: "authenticate", email }, {}])
      expect(await answerFor(url, query)).to.deep.equal(plain)
    expect(looked).to.deep.equal([])
  })

  it("S22 answers who signs up the same, whether the address is taken or not", async () => {
    const { url } = await start()
    await registerPasskey(new UserAgent(), url, new SoftwareAuthenticator(), { email })
    const taken = await answerFor(url, { action: "register", email })
    expect(taken.status).to.equal(200)
    const free = await answerFor(url, { action: "register", email: "bda@example.com" })
    expect(free).to.deep.equal({ ...taken, body: taken.body.replaceAll(email, "bda@example.com") })
  })

  it("S17 registers no address before it is proven, where mail can be sent", async () => {
    const { url, adapter, mailbox } = await start({ mails: true })
    const agent = new UserAgent()
    for (const address of [email, "unknown@example.com"]) {
      const answer = await askForOptions(agent, url, { action: "register", email: address })
      expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([403, "ERR_AUTH_PASSKEY"])
      expect(answer.setCookies).to.deep.equal([])
    }
    const page = await agent.get(`${url}/auth/signin`)
    await agent.submit(page, { formAction: /signin\/email$/, fields: { email } })
    await agent.submit(await agent.get(mailbox.link()))
    await registerPasskey(agent, url, new SoftwareAuthenticator())
    const [user] = adapter.rows.users.values()
    expect([...adapter.rows.authenticators.values()]).to.have.lengthOf(1)
    expect(user?.emailVerified).to.be.an.instanceOf(Date)
    expect((await sessionOf(agent, url))?.user).to.include({ id: user?.id })
  })

  for (const [kind, createAdapter] of [
    ["an adapter of ours", createExtendedAdapter],
    ["one of Auth.js, which cannot delete it", createMemoryAdapter],
  ] as const)
    it(`S17 lets no passkey wait for who proves the address later, with ${kind}`, async () => {
      const adapter = createAdapter()
      const before = await start({ adapter, session: { strategy: "jwt" } })
      const [stranger, device] = [new UserAgent(), new SoftwareAuthenticator()]
      await registerPasskey(stranger, before.url, device, { email })
      const after = await start({ mails: true, adapter, session: { strategy: "jwt" } })
      const owner = new UserAgent()
      const page = await owner.get(`${after.url}/auth/signin`)
      await owner.submit(page, { formAction: /signin\/email$/, fields: { email } })
      await owner.submit(await owner.get(after.mailbox.link()))
      expect((await sessionOf(owner, after.url))?.user).to.include({ email })
      const visit = await signInWithPasskey(new UserAgent(), after.url, device)
      expect(visit.headers.get("location")).to.include("code=unknown")
      expect([...adapter.rows.accounts.values()].filter(({ type }) => type === "webauthn")).to.deep.equal([])
    })

  it("names the signed-in user, and their passkeys, so that no device gets two", async () => {
    const { url, adapter } = await start()
    const agent = new UserAgent()
    const device = new SoftwareAuthenticator()
    await registerPasskey(agent, url, device, { email })
    const options = await passkeyOptions(agent, url, { action: "register", email: "eve@example.com" })
    expect(options).to.have.nested.property("user.name", email)
    expect(options).to.have.nested.property(
      "excludeCredentials[0].id",
      device.credentialId.toString("base64url"),
    )
    for (const [id, user] of adapter.rows.users)
      adapter.rows.users.set(id, { ...user, email: "", name: "Ada" })
    expect(await passkeyOptions(agent, url, { action: "register" })).to.have.nested.property("user.name")
  })

  it("asks for a passkey that devices find by themselves, whatever else the provider wants of it", async () => {
    const authenticatorSelection = { residentKey: "discouraged", userVerification: "preferred" } as const
    const registrationOptions = { authenticatorSelection, timeout: 1234 }
    const { url } = await start({ passkey: { registrationOptions } })
    const options = await passkeyOptions(new UserAgent(), url, { action: "register", email })
    expect(options).to.include({ timeout: 1234 }).and.have.property("authenticatorSelection")
    expect(options).to.have.nested.property("authenticatorSelection.residentKey", "required")
    expect(options).to.have.nested.property("authenticatorSelection.userVerification", "preferred")
  })

  it("forgets the oldest of many challenges, and keeps a cookie small", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    for (let i = 0; i < 7; i++) {
      const { setCookies } = await askForOptions(agent, url)
      expect(setCookies[0]).to.match(
        /^authjs\.challenge\.[\w-]{16}=.{1,800}; Max-Age=900; Path=\/auth; .*HttpOnly/,
      )
    }
    const cookies = await agent.cookies.getCookies(`${url}/auth/signin`)
    expect(cookies.filter(({ key }) => key.startsWith("authjs.challenge."))).to.have.lengthOf(4)
    expect(await agent.cookies.getCookies(`${url}/`)).to.deep.equal([])
  })

  const refused: [title: string, query: Record<string, string>, code: string][] = [
    ["an action that is none", { action: "toString" }, "ERR_AUTH_PASSKEY"],
    ["a sign-up without an address", { action: "register" }, "ERR_AUTH_PASSKEY"],
    ["a sign-up with an empty address", { action: "register", email: "" }, "EmailSignin"],
  ]
  for (const [title, query, code] of refused) {
    it(`answers 400 to ${title}`, async () => {
      const { url } = await start()
      const answer = await askForOptions(new UserAgent(), url, query)
      expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([400, code])
    })
  }

  for (const address of ["ada", "ada@example.com,eve@example.com", "a@b@example.com", "a\n@example.com"]) {
    it(`refuses to sign up ${JSON.stringify(address)}`, async () => {
      const { url } = await start()
      const answer = await askForOptions(new UserAgent(), url, { action: "register", email: address })
      expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([400, "EmailSignin"])
    })
  }

  it("is not there for a provider of another type", async () => {
    const { url } = await start({ mails: true })
    const answer = await new UserAgent({ navigate: false }).get(`${url}/auth/webauthn-options/email`)
    expect(answer.status).to.equal(404)
  })
})
