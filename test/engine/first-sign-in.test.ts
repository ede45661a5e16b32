import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { isMark, marksOf } from "../../lib/engine/unlinked-mark.js"
import { secret, sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

const account = { provider: "plain", providerAccountId: "4711" }
const email = "ada@example.com"

describe("FirstSignIn", () => {
  const { start, keep } = useAuthApps()
  let server: OAuthServer

  beforeEach(async () => {
    server = await startOAuthServer()
    keep(server)
  })

  async function signInWith(
    adapter: ReturnType<typeof createMemoryAdapter>,
    { provider = "plain", ...config }: Partial<ExpressAuthConfig> & { provider?: string } = {},
  ) {
    const profile = ({ id, name, email }: Record<string, string>) => ({ id, name, email, image: "https://i" })
    const providers = [
      { ...server.provider, profile },
      { ...server.provider, id: "other", profile },
    ] as ExpressAuthConfig["providers"]
    const app = await start({ adapter, providers, ...config })
    const agent = new UserAgent()
    const answer = await signIn(agent, app.url, { provider })
    return { location: redirectTarget(answer), session: await sessionOf(agent, app.url), ...app }
  }

  /** As a process leaves it that ends between storing a user and linking the account. */
  async function leaveUnlinked(changes: object = {}, key = account, by = secret) {
    const adapter = createMemoryAdapter()
    const [image = ""] = marksOf(key, email, [by])
    await adapter.createUser({ id: "1", email, emailVerified: null, image, ...changes })
    return adapter
  }

  it("adopts the user that was stored for this account and not linked", async () => {
    const adapter = await leaveUnlinked()
    const { session } = await signInWith(adapter)
    expect(session?.user).to.include({ id: "1", image: "https://i" })
    expect([...adapter.rows.users.values()].map(({ image }) => image)).to.deep.equal(["https://i"])
    expect([...adapter.rows.accounts.values()].map(({ userId }) => userId)).to.deep.equal(["1"])
  })

  const others: Record<string, () => ReturnType<typeof leaveUnlinked>> = {
    "has no mark": () => leaveUnlinked({ image: null }),
    "has the mark of another account": () =>
      leaveUnlinked({}, { provider: "plain", providerAccountId: "4712" }),
    "has a mark under another secret": () =>
      leaveUnlinked({}, account, "another secret of thirty-two characters"),
    "has proven the address since": () => leaveUnlinked({ emailVerified: new Date() }),
  }
  for (const [what, leave] of Object.entries(others))
    it(`S17: adopts no user with the same address who ${what}`, async () => {
      const adapter = await leave()
      const { location, session } = await signInWith(adapter)
      expect(location).to.include("error=OAuthAccountNotLinked")
      expect([session, adapter.rows.accounts.size]).to.deep.equal([null, 0])
    })

  it("S17: adopts no user for an account of the same number elsewhere", async () => {
    const adapter = await leaveUnlinked()
    const { location } = await signInWith(adapter, { provider: "other" })
    expect(location).to.include("error=OAuthAccountNotLinked")
  })

  it("adopts a user whose mark was made under an older secret that is still listed", async () => {
    const adapter = await leaveUnlinked()
    const newer = "a newer secret of at least thirty-two characters"
    expect((await signInWith(adapter, { secret: [newer, secret] })).session?.user.id).to.equal("1")
  })

  it("replaces a mark that was left on a linked user with the picture of the profile", async () => {
    const adapter = await leaveUnlinked()
    await adapter.linkAccount({ ...account, type: "oauth", userId: "1" })
    expect((await signInWith(adapter)).session?.user.image).to.equal("https://i")
    expect(adapter.rows.users.get("1")?.image).to.equal("https://i")
  })

  it("takes the mark from a user whose owner proves the address", async () => {
    const adapter = await leaveUnlinked()
    const mailbox = createMailbox()
    const { url } = await start({ adapter, providers: [mailbox.provider] })
    const agent = new UserAgent()
    await agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email } })
    await agent.submit(await agent.get(mailbox.link()))
    expect((await sessionOf(agent, url))?.user).to.include({ id: "1", image: null })
  })

  it("stores a user whose schema refuses the mark", async () => {
    const adapter = createMemoryAdapter()
    const { createUser } = adapter
    adapter.createUser = async (user) => {
      if (isMark(user.image)) throw new Error("image violates a check constraint")
      return createUser(user)
    }
    expect((await signInWith(adapter)).session?.user.image).to.equal("https://i")
  })

  it("shows no mark to callbacks and events", async () => {
    const seen: unknown[] = []
    await signInWith(createMemoryAdapter(), {
      events: {
        createUser: ({ user }) => void seen.push(user.image),
        linkAccount: ({ user }) => void seen.push(user.image),
        signIn: ({ user }) => void seen.push(user.image),
      },
      callbacks: {
        jwt: ({ token, user }) => {
          if (user) seen.push(user.image)
          return token
        },
      },
      session: { strategy: "jwt" },
    })
    expect(seen).to.deep.equal(["https://i", "https://i", "https://i", "https://i"])
  })
})
