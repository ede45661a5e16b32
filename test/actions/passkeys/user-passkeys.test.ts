import { expect } from "chai"
import {
  ConfigError,
  ExpressAuth,
  type ExpressAuthConfig,
  type ExpressAuthError,
  passkeysOf,
} from "express-authjs"
import Passkey from "express-authjs/providers/passkey"
import { createExtendedAdapter } from "../../support/adapter-extras.js"
import { secret } from "../../support/auth-apps.js"
import { createMailbox } from "../../support/mailbox.js"
import { createMemoryAdapter } from "../../support/memory-adapter.js"

const owner = { id: "ada", email: "ada@example.com", emailVerified: new Date() }
const demo = { id: "demo", name: "Demo", type: "oidc", issuer: "https://idp.example", clientId: "a" } as const

/** Ada, with passkeys of these ids, and Eve, with none. */
async function setUp(ids: string[], config: Partial<ExpressAuthConfig> = {}) {
  const adapter = createExtendedAdapter()
  await adapter.createUser(owner)
  await adapter.createUser({ ...owner, id: "eve", email: "eve@example.com" })
  for (const credentialID of ids) {
    const account = { provider: "passkey", type: "webauthn", providerAccountId: credentialID } as const
    await adapter.linkAccount({ ...account, userId: owner.id })
    await adapter.createAuthenticator({
      ...{ credentialID, userId: owner.id, providerAccountId: credentialID, credentialPublicKey: "key" },
      ...{ counter: 0, credentialDeviceType: "multiDevice", credentialBackedUp: true },
      transports: "internal,hybrid",
    })
  }
  const { passkeys } = ExpressAuth({ providers: [Passkey], adapter, secret, ...config })
  const left = () => [...adapter.rows.authenticators.keys()]
  const codeOf = (call: Promise<unknown>) =>
    call.then(
      () => undefined,
      (error: ExpressAuthError) => error.code,
    )
  return { adapter, passkeys, left, codeOf }
}

describe("auth.passkeys", () => {
  it("lists a user's passkeys, without what is secret or of no use", async () => {
    const { passkeys } = await setUp(["one", "two"])
    await passkeys.rename("ada", "two", " Phone ")
    const shared = { userId: "ada", synced: true, transports: ["internal", "hybrid"] }
    expect(await passkeys.list("ada")).to.deep.equal([
      { id: "one", ...shared },
      { id: "two", name: "Phone", ...shared },
    ])
    expect(await passkeys.list("eve")).to.deep.equal([])
  })

  it("changes no passkey of another user", async () => {
    const { passkeys, left, adapter } = await setUp(["one", "two"])
    const rows = structuredClone(adapter.rows)
    await passkeys.rename("eve", "one", "Mine")
    await passkeys.remove("eve", "one")
    await passkeys.remove("ada", "three")
    expect(adapter.rows).to.deep.equal(rows)
    expect(left()).to.deep.equal(["one", "two"])
  })

  for (const name of ["", "  ", "x".repeat(101)]) {
    it(`takes no name of ${name.length} characters`, async () => {
      const { passkeys, codeOf } = await setUp(["one"])
      expect(await codeOf(passkeys.rename("ada", "one", name))).to.equal("ERR_AUTH_PASSKEY")
    })
  }

  it("removes a passkey with its account, and never the last", async () => {
    const { passkeys, left, adapter, codeOf } = await setUp(["one", "two"])
    await passkeys.remove("ada", "one")
    expect(left()).to.deep.equal(["two"])
    expect([...adapter.rows.accounts.keys()]).to.deep.equal(["passkey:two"])
    expect(await codeOf(passkeys.remove("ada", "two"))).to.equal("ERR_AUTH_LAST_METHOD")
    expect(left()).to.deep.equal(["two"])
  })

  it("leaves one of two that are removed at once", async () => {
    const { passkeys, left, codeOf } = await setUp(["one", "two"])
    const codes = await Promise.all(["one", "two"].map((id) => codeOf(passkeys.remove("ada", id))))
    expect(codes.sort()).to.deep.equal(["ERR_AUTH_LAST_METHOD", undefined])
    expect(left()).to.have.lengthOf(1)
  })

  it("removes the last where an account at a provider is left, or the app knows of another way", async () => {
    const account = await setUp(["one"], { providers: [Passkey, { ...demo, clientSecret: "b" }] })
    await account.adapter.linkAccount({
      provider: "demo",
      type: "oidc",
      providerAccountId: "1",
      userId: "ada",
    })
    await account.passkeys.remove("ada", "one")
    expect(account.left()).to.deep.equal([])
    const password = await setUp(["one"])
    await password.passkeys.remove("ada", "one", { hasOtherMethod: true })
    expect(password.left()).to.deep.equal([])
  })

  it("removes the last where mail can be sent to an address that is proven, and not to another", async () => {
    const { passkeys, adapter, left, codeOf } = await setUp(["one"], {
      providers: [Passkey, createMailbox().provider],
    })
    await adapter.updateUser({ id: "ada", emailVerified: null })
    expect(await codeOf(passkeys.remove("ada", "one"))).to.equal("ERR_AUTH_LAST_METHOD")
    await adapter.updateUser({ id: "ada", emailVerified: new Date() })
    await passkeys.remove("ada", "one")
    expect(left()).to.deep.equal([])
  })

  it("names the method that the adapter lacks", async () => {
    const { passkeys } = ExpressAuth({ providers: [Passkey], adapter: createMemoryAdapter(), secret })
    for (const [call, method] of [
      [() => passkeys.rename("ada", "one", "Phone"), "adapter.renameAuthenticator()"],
      [() => passkeys.remove("ada", "one"), "adapter.deleteAuthenticator()"],
    ] as const) {
      const error = await call().then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).to.be.an.instanceOf(ConfigError).and.have.property("message").that.includes(method)
    }
  })

  it("needs the configuration itself where it is chosen by request", async () => {
    const config = { providers: [Passkey], adapter: createExtendedAdapter(), secret }
    const { passkeys } = ExpressAuth(async () => config)
    const error = await passkeys.list("ada").then(
      () => undefined,
      (reason: Error) => reason.message,
    )
    expect(error).to.include("passkeysOf(config)")
    expect(await passkeysOf(config).list("ada")).to.deep.equal([])
  })
})
