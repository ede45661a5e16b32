import { expect } from "chai"
import { type LiveLink, toLinkConfig } from "../../lib/engine/link-intent.js"
import { createExtendedAdapter } from "../support/adapter-extras.js"

const intent: LiveLink = { userId: "ada", session: "the-session", requireLive: async () => {} }
const account = { type: "oidc", provider: "demo", providerAccountId: "1" } as const

describe("toLinkConfig", () => {
  it("lets core link to the user who asked, and to no other", async () => {
    const adapter = createExtendedAdapter()
    const config = toLinkConfig({ adapter }, intent)
    await config.adapter?.linkAccount?.({ ...account, userId: "ada" })
    expect(adapter.rows.accounts.get("demo:1")).to.include({ userId: "ada" })
    const wrong = async () => config.adapter?.linkAccount?.({ ...account, userId: "eve" })
    expect(await wrong().catch(String)).to.include("may do nothing else")
    expect(adapter.rows.accounts.get("demo:1")).to.include({ userId: "ada" })
  })

  it("lets it make neither a user nor a session", async () => {
    const adapter = createExtendedAdapter()
    const { adapter: guarded } = toLinkConfig({ adapter }, intent)
    const user = { id: "new", email: "new@example.com", emailVerified: null }
    const session = { sessionToken: "t", userId: "ada", expires: new Date() }
    expect(() => guarded?.createUser?.(user)).to.throw("may do nothing else")
    expect(() => guarded?.createSession?.(session)).to.throw("may do nothing else")
    expect([adapter.rows.users.size, adapter.rows.sessions.size]).to.deep.equal([0, 0])
  })

  it("asks no callback for a token, and seals none", async () => {
    const jwt = () => ({})
    const config = toLinkConfig({ callbacks: { jwt, signIn: () => true }, jwt: { maxAge: 1 } }, intent)
    expect(config.callbacks).to.have.all.keys("signIn")
    expect(await config.jwt?.encode?.({ secret: "s", salt: "s" })).to.equal("linked")
  })
})
