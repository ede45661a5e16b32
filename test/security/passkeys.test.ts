import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { sessionOf, UserAgent } from "../support/auth-apps.js"
import { failureOf, usePasskeyApps } from "../support/passkey-apps.js"
import {
  passkeyOptions,
  postPasskey,
  registerPasskey,
  signInWithPasskey,
} from "../support/passkey-visitor.js"
import { type Mischief, SoftwareAuthenticator } from "../support/software-authenticator.js"

const email = "ada@example.com"

describe("passkeys under attack", () => {
  const { start, startWithUser } = usePasskeyApps()

  const mishaps: [title: string, mischief: Mischief, code: string][] = [
    ["made for another origin", { origin: "https://evil.example" }, "origin"],
    ["made for another RP id", { rpId: "evil.example" }, "rp_id"],
    ["that did not verify its user", { userVerified: false }, "user_verification"],
    ["whose counter goes back", { counter: 0 }, "counter"],
    ["that is not registered", { credentialId: Buffer.from("another passkey") }, "unknown"],
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

  it("starts no session for a registration with the credential id of another user", async () => {
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

  it("adds no credential id of another user to an account, nor the same one twice", async () => {
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
})

/** A browser with the same cookies. */
async function copyOf(agent: UserAgent): Promise<UserAgent> {
  return Object.assign(new UserAgent(), { cookies: await agent.cookies.clone() })
}
