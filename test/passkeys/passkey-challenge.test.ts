import { expect } from "chai"
import { sessionOf, UserAgent } from "../support/auth-apps.js"
import { type Listening, listen } from "../support/listen.js"
import { createPasskeyApp, type PasskeyAppOptions } from "../support/passkey-app.js"
import { askForOptions, passkeyOptions, postPasskey, registerPasskey } from "../support/passkey-visitor.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"

const first = "the first secret of thirty-two characters"
const second = "the second secret of thirty-two characters"

describe("the cookie of a passkey's challenge", () => {
  const open: Listening[] = []
  afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

  async function start(options: PasskeyAppOptions = {}) {
    const made = createPasskeyApp(options)
    const server = await listen(made.app)
    open.push(server)
    return { ...made, url: server.url }
  }

  it("survives a new secret, and not the loss of its own", async () => {
    const before = await start({ secret: first })
    const [agent, device] = [new UserAgent(), new SoftwareAuthenticator()]
    await registerPasskey(agent, before.url, device, { email: "ada@example.com" })
    for (const [secret, signedIn] of [
      [[second, first], true],
      [[second], false],
    ] as const) {
      const after = await start({ secret: [...secret], adapter: before.adapter })
      const visitor = new UserAgent()
      const options = await passkeyOptions(visitor, before.url)
      const data = device.authenticate(options, after.url)
      await postPasskey(visitor, after.url, { action: "authenticate", data })
      expect((await sessionOf(visitor, after.url)) !== null).to.equal(signedIn)
    }
  })

  it("is of no use for another provider, another name, or changed", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const { setCookies } = await askForOptions(agent, url)
    const [, name = "", value = ""] = /^([^=]+)=([^;]+)/.exec(setCookies[0] ?? "") ?? []
    const stranger = new UserAgent()
    await stranger.cookies.setCookie(`${name}=${value.slice(0, -4)}AAAA; Path=/auth`, url)
    const { options } = JSON.parse((await askForOptions(agent, url)).body)
    await stranger.cookies.setCookie(`${name.slice(0, -1)}_=${value}; Path=/auth`, url)
    const data = new SoftwareAuthenticator().authenticate(options, url)
    const answer = await postPasskey(stranger, url, { action: "authenticate", data })
    expect(answer.headers.get("location")).to.include("code=expired")
  })

  it("S5 is no session, and no session is a challenge", async () => {
    const { url } = await start()
    const agent = new UserAgent()
    const { setCookies } = await askForOptions(agent, url)
    const [, value = ""] = /^[^=]+=([^;]+)/.exec(setCookies[0] ?? "") ?? []
    await agent.cookies.setCookie(`authjs.session-token=${value}; Path=/`, url)
    expect(await sessionOf(agent, url)).to.equal(null)
  })

  it("has the prefix and the attributes that HTTPS asks for", async () => {
    const { url } = await start({ url: "https://app.example.com/auth" })
    const answer = await new UserAgent({ navigate: false }).get(`${url}/auth/webauthn-options/passkey`)
    expect(answer.setCookies[0]).to.match(
      /^__Secure-authjs\.challenge\.[\w-]{16}=\S+; Max-Age=900; Path=\/auth; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(JSON.parse(answer.body).options.rpId).to.equal("app.example.com")
  })
})
