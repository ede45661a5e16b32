import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { database } from "express-authjs/database"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { secret } from "../support/session-apps.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"

/** The guide "Roles", where the claim is the address: the directory promotes Ada. */
describe("roles from claims of the provider", () => {
  let directory: Set<string>
  let provider: OpenIdProvider
  let server: Listening

  beforeEach(async () => {
    directory = new Set()
    provider = await startOpenIdProvider()
  })
  afterEach(() => Promise.all([server.close(), provider.close()]))

  async function serve(config: Omit<ExpressAuthConfig, "providers">) {
    const { issuer, clientId, clientSecret } = provider
    const sso = { id: "sso", name: "Company account", type: "oidc", issuer, clientId, clientSecret } as const
    const auth = ExpressAuth({ secret, providers: [sso], ...config })
    const app = express()
    app.use("/auth", auth)
    app.get("/admin", auth.requireAuth({ roles: ["admin"] }), (_req, res) => res.send("For admins"))
    server = await listen(app)
  }

  async function signIn(): Promise<UserAgent> {
    const agent = new UserAgent()
    const page = await agent.get(`${server.url}/auth/signin/sso?callbackUrl=/auth/session`)
    const leaving = await agent.submit(page, { formAction: /signin\/sso/ })
    await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
    return agent
  }

  const isAdmin = (profile: { email?: string | null } | undefined) => directory.has(profile?.email ?? "")
  const statusOf = async (agent: UserAgent) => (await agent.get(`${server.url}/admin`)).status

  async function expectChangeAtSignIn() {
    const before = await signIn()
    expect(await statusOf(before)).to.equal(403)
    directory.add("ada@example.com")
    expect(await statusOf(before)).to.equal(403)
    expect(await statusOf(await signIn())).to.equal(200)
    return before
  }

  it("are set in the token at every sign-in", async () => {
    await serve({
      callbacks: {
        jwt({ token, profile }) {
          if (profile) token.roles = isAdmin(profile) ? ["admin"] : []
          return token
        },
        session: ({ session, token }) => ({ ...session, user: { ...session.user, roles: token.roles } }),
      },
    })
    await expectChangeAtSignIn()
  })

  it("are stored in the user's row at every sign-in, by events.signIn, and reach older sessions too", async () => {
    const db = database("sqlite::memory:", { migrate: true, userColumns: { role: "text" } })
    await serve({
      adapter: db,
      callbacks: {
        session: ({ session, user }) => ({ ...session, user: { ...session.user, role: user.role } }),
      },
      events: {
        async signIn({ user, profile }) {
          if (user.id) await db.updateUser({ id: user.id, role: isAdmin(profile) ? "admin" : "member" })
        },
      },
    })
    expect(await statusOf(await expectChangeAtSignIn())).to.equal(200)
    await db.close()
  })
})
