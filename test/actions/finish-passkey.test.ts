import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { cookiesOf, sessionOf, UserAgent } from "../support/auth-apps.js"
import { type Listening, listen } from "../support/listen.js"
import { createPasskeyApp, type PasskeyAppOptions } from "../support/passkey-app.js"
import {
  askForOptions,
  passkeyOptions,
  postPasskey,
  registerPasskey,
  signInWithPasskey,
} from "../support/passkey-visitor.js"
import { type Mischief, SoftwareAuthenticator } from "../support/software-authenticator.js"
import type { Visit } from "../support/user-agent.js"

const email = "ada@example.com"

describe("finishPasskey", () => {
  const open: Listening[] = []
  afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

  async function start(options: PasskeyAppOptions = {}) {
    const made = createPasskeyApp(options)
    const server = await listen(made.app)
    open.push(server)
    return { ...made, url: server.url }
  }

  /** An app with one user, who has one passkey and is signed in. */
  async function startWithUser(options: PasskeyAppOptions = {}) {
    const app = await start(options)
    const [agent, device] = [new UserAgent(), new SoftwareAuthenticator()]
    await registerPasskey(agent, app.url, device, { email })
    const [user] = app.adapter.rows.users.values()
    if (!user) throw new Error("Nobody has signed up")
    return { ...app, agent, device, user }
  }

  for (const strategy of ["jwt", "database"] as const) {
    describe(`with ${strategy} sessions`, () => {
      const session = { strategy }

      it("makes a user, whose address nobody has verified, and signs in with the passkey again", async () => {
        const { url, adapter, agent, device, user } = await startWithUser({ session })
        expect(user).to.include({ email, emailVerified: null }).and.have.property("id").that.is.a("string")
        expect((await sessionOf(agent, url))?.user).to.include({ id: user.id, email })
        const other = new UserAgent()
        const visit = await signInWithPasskey(other, url, device)
        expect([visit.status, visit.headers.get("location")]).to.deep.equal([302, `${url}/`])
        expect((await sessionOf(other, url))?.user).to.include({ id: user.id })
        expect(adapter.rows.authenticators.size).to.equal(1)
      })

      it("adds a second passkey to the account, and leaves the session as it is", async () => {
        const { url, adapter, agent, user } = await startWithUser({ session })
        const before = await cookiesOf(agent, url)
        const second = new SoftwareAuthenticator()
        const visit = await registerPasskey(agent, url, second)
        expect([visit.status, visit.headers.get("location")]).to.deep.equal([302, `${url}/`])
        expect(await cookiesOf(agent, url)).to.deep.equal(before)
        expect([...adapter.rows.authenticators.values()].map(({ userId }) => userId)).to.deep.equal([
          user.id,
          user.id,
        ])
        const other = new UserAgent()
        await signInWithPasskey(other, url, second)
        expect((await sessionOf(other, url))?.user).to.include({ id: user.id })
      })

      it("starts a fresh session where somebody was signed in, and ends the former", async () => {
        const { url, adapter, agent, device } = await startWithUser({ session })
        const before = (await cookiesOf(agent, url))["authjs.session-token"]
        await signInWithPasskey(agent, url, device)
        expect((await cookiesOf(agent, url))["authjs.session-token"])
          .to.be.a("string")
          .and.not.equal(before)
        expect(adapter.rows.sessions.size).to.equal(strategy === "database" ? 1 : 0)
      })
    })
  }

  const mishaps: [title: string, mischief: Mischief, code: string][] = [
    ["made for another origin", { origin: "https://evil.example" }, "origin"],
    ["made for another RP id", { rpId: "evil.example" }, "rp_id"],
    ["that did not verify its user", { userVerified: false }, "user_verification"],
    ["whose counter goes back", { counter: 0 }, "counter"],
    ["that nobody has registered", { credentialId: Buffer.from("another passkey") }, "unknown"],
    ["over a challenge that we have not given", { challenge: "AAAA" }, "expired"],
  ]
  for (const [title, mischief, code] of mishaps) {
    it(`refuses a passkey ${title}, with a message`, async () => {
      const { url, device } = await startWithUser()
      const agent = new UserAgent()
      const visit = await signInWithPasskey(agent, url, device, mischief)
      expect(failureOf(visit)).to.deep.equal(["WebAuthnVerificationError", code])
      expect((await agent.followAll(visit)).body)
        .to.include('role="alert"')
        .and.not.include(code)
      expect(await sessionOf(agent, url)).to.equal(null)
    })
  }

  for (const [title, mischief, code] of mishaps.slice(0, 3)) {
    it(`registers no passkey ${title}`, async () => {
      const { url, adapter } = await start()
      const visit = await registerPasskey(new UserAgent(), url, new SoftwareAuthenticator(), {
        email,
        ...mischief,
      })
      expect(failureOf(visit)).to.deep.equal(["WebAuthnVerificationError", code])
      expect(adapter.rows.users.size + adapter.rows.authenticators.size).to.equal(0)
    })
  }

  it("signs in nobody who registers a credential id that is somebody else's", async () => {
    const { url, adapter, device } = await startWithUser()
    const rows = structuredClone(adapter.rows)
    const thief = new UserAgent()
    const { credentialId } = device
    const visit = await registerPasskey(thief, url, new SoftwareAuthenticator(), {
      email: "eve@example.com",
      credentialId,
    })
    expect(failureOf(visit)).to.deep.equal(["WebAuthnVerificationError", "registered"])
    expect(await sessionOf(thief, url)).to.equal(null)
    expect(adapter.rows).to.deep.equal(rows)
  })

  it("adds nobody else's credential id to an account, nor one's own a second time", async () => {
    const { url, adapter, agent, device } = await startWithUser()
    const eve = new UserAgent()
    await registerPasskey(eve, url, new SoftwareAuthenticator(), { email: "eve@example.com" })
    const rows = structuredClone(adapter.rows)
    const { credentialId } = device
    for (const person of [eve, agent]) {
      const visit = await registerPasskey(person, url, new SoftwareAuthenticator(), { credentialId })
      expect(failureOf(visit)).to.deep.equal(["WebAuthnVerificationError", "registered"])
    }
    expect(adapter.rows).to.deep.equal(rows)
  })

  it("makes no second user of an address that is taken", async () => {
    const { url, adapter } = await startWithUser()
    const stranger = new UserAgent()
    const visit = await registerPasskey(stranger, url, new SoftwareAuthenticator(), {
      email: "ADA@example.com ",
    })
    expect(failureOf(visit)).to.deep.equal(["AccountNotLinked", null])
    expect(await sessionOf(stranger, url)).to.equal(null)
    expect([adapter.rows.users.size, adapter.rows.authenticators.size]).to.deep.equal([1, 1])
  })

  it("takes each challenge once, in this browser only, and for what it was given", async () => {
    const { url, agent, device } = await startWithUser()
    const options = await passkeyOptions(agent, url, { action: "authenticate" })
    const data = device.authenticate(options, url)
    const post = (who: UserAgent, action = "authenticate") => postPasskey(who, url, { action, data })
    expect(failureOf(await post(new UserAgent()))).to.deep.equal(["WebAuthnVerificationError", "expired"])
    expect(failureOf(await post(agent)), "first").to.deep.equal([null, null])
    expect(failureOf(await post(agent)), "again").to.deep.equal(["WebAuthnVerificationError", "expired"])

    const register = await passkeyOptions(agent, url, { action: "register" })
    const signed = { action: "authenticate", data: device.authenticate(register, url) }
    const code = failureOf(await postPasskey(agent, url, signed))
    expect(code).to.deep.equal(["WebAuthnVerificationError", "session_changed"])
  })

  it("S4 takes a copy of a sign-in once, of twenty at once", async () => {
    const { url, device } = await startWithUser()
    const owner = new UserAgent()
    const data = device.authenticate(await passkeyOptions(owner, url), url)
    const copies = await Promise.all(Array.from({ length: 20 }, () => copyOf(owner)))
    const answers = await Promise.all(
      copies.map((copy) => postPasskey(copy, url, { action: "authenticate", data })),
    )
    expect(answers.filter((answer) => failureOf(answer)[0] === null)).to.have.lengthOf(1)
  })

  it("S4 takes no copy of it in another process either, where both have a revocation store", async () => {
    const passkey = { relayingParty: { id: "localhost", origin: "http://localhost" } }
    const shared = { passkey, revocation: memoryRevocation() }
    const first = await start(shared)
    const second = await start({ ...shared, adapter: first.adapter })
    const [owner, device] = [new UserAgent(), new SoftwareAuthenticator()]
    await registerPasskey(owner, first.url, device, { email, origin: "http://localhost" })
    const data = device.authenticate(await passkeyOptions(owner, first.url), "http://localhost")
    const copy = await copyOf(owner)
    const finish = (agent: UserAgent, url: string) =>
      postPasskey(agent, url, { action: "authenticate", data })
    expect(failureOf(await finish(owner, first.url))).to.deep.equal([null, null])
    expect(failureOf(await finish(copy, second.url))).to.deep.equal(["WebAuthnVerificationError", "expired"])
  })

  it("says that it is unavailable while the revocation store fails", async () => {
    let fails = false
    const memory = memoryRevocation()
    const isRevoked: typeof memory.isRevoked = (...asked) => {
      if (fails) throw new Error("The store is down")
      return memory.isRevoked(...asked)
    }
    const { url, device } = await startWithUser({ revocation: { ...memory, isRevoked } })
    fails = true
    const visit = await signInWithPasskey(new UserAgent(), url, device)
    expect(failureOf(visit)[0]).to.equal("Unavailable")
  })

  it("finishes in two tabs, in any order", async () => {
    const { url, device } = await startWithUser()
    const agent = new UserAgent()
    const first = await passkeyOptions(agent, url)
    await passkeyOptions(agent, url)
    const visit = await postPasskey(agent, url, {
      action: "authenticate",
      data: device.authenticate(first, url),
    })
    expect(failureOf(visit)).to.deep.equal([null, null])
  })

  it("adds no passkey where the session is another's by then, or over", async () => {
    const { url, adapter, agent, device } = await startWithUser()
    const eve = new UserAgent()
    await registerPasskey(eve, url, new SoftwareAuthenticator(), { email: "eve@example.com" })
    const size = adapter.rows.authenticators.size
    for (const change of [
      () => signInWithPasskey(eve, url, device),
      async () => eve.submit(await eve.get(`${url}/auth/signout`)),
    ]) {
      const options = await passkeyOptions(eve, url, { action: "register" })
      await change()
      const data = new SoftwareAuthenticator().register(options, url)
      const visit = await postPasskey(eve, url, { action: "register", data })
      expect(failureOf(visit)).to.deep.equal(["WebAuthnVerificationError", "session_changed"])
    }
    const options = await passkeyOptions(new UserAgent(), url, { action: "register", email: "x@example.com" })
    const visit = await postPasskey(agent, url, {
      action: "register",
      data: new SoftwareAuthenticator().register(options, url),
    })
    expect(failureOf(visit)[0]).to.equal("WebAuthnVerificationError")
    expect(adapter.rows.authenticators.size).to.equal(size)
  })

  it("adds no passkey for a JWT session whose user is not in the database", async () => {
    const { url, adapter, agent } = await startWithUser({ session: { strategy: "jwt" } })
    adapter.rows.users.clear()
    const answer = await askForOptions(agent, url, { action: "register" })
    expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([403, "ERR_AUTH_PASSKEY"])
  })

  it("asks callbacks.signIn, and goes where it sends people instead", async () => {
    let verdict: boolean | string = true
    const { url, device, agent } = await startWithUser({ callbacks: { signIn: () => verdict } })
    const stranger = new UserAgent()
    verdict = "/not-yet"
    const visit = await signInWithPasskey(stranger, url, device)
    expect(visit.headers.get("location")).to.equal(`${url}/not-yet`)
    const added = await registerPasskey(agent, url, new SoftwareAuthenticator())
    expect(added.headers.get("location")).to.equal(`${url}/not-yet`)
    verdict = false
    expect(failureOf(await signInWithPasskey(stranger, url, device))[0]).to.equal("AccessDenied")
    expect(await sessionOf(stranger, url)).to.equal(null)
  })

  it("tells callbacks and events of a sign-in, and of a link nothing but the link", async () => {
    const told: string[] = []
    const { url, agent, device } = await startWithUser({
      session: { strategy: "jwt" },
      callbacks: {
        jwt({ token, trigger }) {
          if (trigger) told.push(`jwt ${trigger}`)
          return token
        },
      },
      events: {
        createUser: () => void told.push("createUser"),
        linkAccount: () => void told.push("linkAccount"),
        signIn: () => void told.push("signIn"),
      },
    })
    expect(told.splice(0)).to.deep.equal(["createUser", "linkAccount", "jwt signUp", "signIn"])
    await registerPasskey(agent, url, new SoftwareAuthenticator())
    expect(told.splice(0)).to.deep.equal(["linkAccount"])
    await signInWithPasskey(agent, url, device)
    expect(told.splice(0)).to.deep.equal(["jwt signIn", "signIn"])
  })

  const junk: [string, Record<string, unknown>][] = [
    ["no action", { action: "", data: "{}" }],
    ["no data", { action: "authenticate", data: "" }],
    ["no JSON", { action: "register", data: "{" }],
    ["null", { action: "register", data: "null" }],
    ["a number", { action: "register", data: "7" }],
    ["nothing signed", { action: "authenticate", data: JSON.stringify({ id: "a", response: {} }) }],
    [
      "an object in place of the id",
      { action: "authenticate", data: JSON.stringify({ id: {}, response: {} }) },
    ],
  ]
  for (const [title, form] of junk) {
    it(`answers 400 to ${title}`, async () => {
      const { url } = await start()
      const visit = await postPasskey(new UserAgent(), url, form as { action: string; data: string })
      expect(visit.status).to.equal(400)
    })
  }

  it("names a passkey after its device, where the adapter keeps names", async () => {
    const { url, agent, auth, user } = await startWithUser()
    await registerPasskey(agent, url, new SoftwareAuthenticator())
    const names = (await auth.passkeys.list(user.id)).map(({ name }) => name)
    expect(names).to.deep.equal(["Chrome on Linux", "Chrome on Linux"])
  })

  it("registers a passkey although its name cannot be stored", async () => {
    const { url, adapter, user, agent } = await startWithUser()
    adapter.renameAuthenticator = async () => {
      throw new Error("no such column")
    }
    await registerPasskey(agent, url, new SoftwareAuthenticator())
    expect(await adapter.listAuthenticatorsByUserId(user.id)).to.have.lengthOf(2)
  })

  it("keeps of a device's transports only what they can be", async () => {
    const { url, adapter } = await start()
    const transports = ["internal", "hybrid", { toString: "x" }, "a,b", "<b>"]
    await registerPasskey(new UserAgent(), url, new SoftwareAuthenticator(), { email, transports })
    expect([...adapter.rows.authenticators.values()][0]?.transports).to.equal("internal,hybrid")
    await registerPasskey(new UserAgent(), url, new SoftwareAuthenticator(), {
      ...{ email: "b@example.com", transports: "usb" },
    })
    expect([...adapter.rows.authenticators.values()][1]?.transports).to.equal("usb")
  })
})

/** A browser with the same cookies. */
async function copyOf(agent: UserAgent): Promise<UserAgent> {
  return Object.assign(new UserAgent(), { cookies: await agent.cookies.clone() })
}

/** What the page that a failed attempt leads to is told. */
function failureOf({ headers, url }: Visit): (string | null)[] {
  const { searchParams } = new URL(headers.get("location") ?? "", url)
  return [searchParams.get("error"), searchParams.get("code")]
}
