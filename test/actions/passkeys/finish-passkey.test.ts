import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { cookiesOf, sessionOf, UserAgent } from "../../support/auth-apps.js"
import { failureOf, usePasskeyApps } from "../../support/passkey-apps.js"
import {
  askForOptions,
  passkeyOptions,
  postPasskey,
  registerPasskey,
  signInWithPasskey,
} from "../../support/passkey-visitor.js"
import { SoftwareAuthenticator } from "../../support/software-authenticator.js"

const email = "ada@example.com"

describe("finishPasskey", () => {
  const { start, startWithUser } = usePasskeyApps()

  for (const strategy of ["jwt", "database"] as const) {
    describe(`with ${strategy} sessions`, () => {
      const session = { strategy }

      it("creates a user with an unverified address, and signs in with the passkey again", async () => {
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

      it("starts a new session while signed in, and ends the former one", async () => {
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

  it("is unavailable while the revocation store fails", async () => {
    let fails = false
    const memory = memoryRevocation()
    const claim: typeof memory.claim = (...asked) => {
      if (fails) throw new Error("The store is down")
      return memory.claim(...asked)
    }
    const { url, device } = await startWithUser({ revocation: { ...memory, claim } })
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

  it("adds no passkey for a JWT session whose user is not in the database", async () => {
    const { url, adapter, agent } = await startWithUser({ session: { strategy: "jwt" } })
    adapter.rows.users.clear()
    const answer = await askForOptions(agent, url, { action: "register" })
    expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([403, "ERR_AUTH_PASSKEY"])
  })

  it("answers 503 while the database cannot be asked for the user", async () => {
    const { url, adapter, agent } = await startWithUser({ session: { strategy: "jwt" } })
    adapter.getUser = async () => {
      throw new Error("The database is down")
    }
    expect((await askForOptions(agent, url, { action: "register" })).status).to.equal(503)
  })

  it("asks callbacks.signIn, and goes where it sends users instead", async () => {
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
