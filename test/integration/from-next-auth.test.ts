import { hkdfSync } from "node:crypto"
import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { database, migrate } from "express-authjs/database"
import { decode } from "express-authjs/jwt"
import { jwtDecrypt } from "jose"
import { type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { secret } from "../support/session-apps.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"

const oldCookie = "next-auth.session-token"
const oldSecret = "the secret of an app with next-auth"
/** Made by `encode()` of next-auth 4.24.15 with that secret, for user 7. It expires in 2126. */
const oldToken =
  "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..bstk_CxbZ3TZ3nak.QJ2kNhsD8jFYCqVTqbKWxeNeq7wkYIkOUgHx-ZG1TeR4vsHUe6R8_1NS8gW6RTWQhsntIpxzfIS-ZpCEaoCI3BoNe5HYu5crxqTAVClilI7pPo4M76ut23Sslog_Jtkvfxzee13ZuVkwd44ywnyuNhoAnztDxGS9kPfeVeENRyf8COI9OkFcOgED1qmkMkonpRFDI2tCeFLF.d11aL1n5ylsy_B3jdxm3yQ"

/** The guide "Migrate from next-auth". */
describe("an app that used next-auth 4", () => {
  const open: { close(): Promise<void> }[] = []
  afterEach(() => Promise.all(open.splice(0).map((one) => one.close())))

  async function serve(config: Partial<ExpressAuthConfig>): Promise<Listening> {
    const cookies = { sessionToken: { name: oldCookie } }
    const auth = ExpressAuth({ secret, cookies, providers: [], ...config })
    const app = express()
    app.use("/api/auth", auth)
    app.get("/", auth.requireAuth(), (req, res) => res.json(req.auth.user))
    const server = await listen(app)
    open.push(server)
    return server
  }

  async function browserWith(server: Listening, value: string): Promise<UserAgent> {
    const agent = new UserAgent()
    await agent.cookies.setCookie(`${oldCookie}=${value}; Path=/; HttpOnly`, server.url)
    return agent
  }

  it("keeps sessions in cookies, renews them in our format, and ends them", async () => {
    const key = new Uint8Array(hkdfSync("sha256", oldSecret, "", "NextAuth.js Generated Encryption Key", 32))
    const server = await serve({
      session: { updateAge: 0 },
      jwt: {
        decode: (params) =>
          decode(params).catch(async () => (await jwtDecrypt(params.token ?? "", key)).payload),
      },
    })
    const agent = await browserWith(server, oldToken)
    const first = await agent.get(`${server.url}/`)
    expect(JSON.parse(first.body)).to.deep.include({
      id: "7",
      name: "Ada Lovelace",
      email: "ada@example.com",
    })
    const [renewed] = await agent.cookies.getCookies(server.url)
    expect(renewed?.key).to.equal(oldCookie)
    const claims = await decode({ token: renewed?.value ?? "", secret, salt: oldCookie })
    expect(claims).to.include({ sub: "7", name: "Ada Lovelace" })
    expect(JSON.parse((await agent.get(`${server.url}/`)).body).id).to.equal("7")
    await agent.submit(await agent.get(`${server.url}/api/auth/signout`))
    expect((await agent.get(`${server.url}/`)).status).to.equal(302)
  })

  it("accepts no other old token", async () => {
    const key = new Uint8Array(
      hkdfSync("sha256", "another secret", "", "NextAuth.js Generated Encryption Key", 32),
    )
    const server = await serve({
      jwt: {
        decode: (params) =>
          decode(params).catch(async () => (await jwtDecrypt(params.token ?? "", key)).payload),
      },
    })
    expect((await (await browserWith(server, oldToken)).get(`${server.url}/`)).status).to.equal(302)
  })

  it("keeps sessions in the database", async () => {
    const adapter = database("sqlite::memory:")
    open.push(adapter)
    await migrate(adapter)
    const user = await adapter.createUser({
      id: "",
      name: "Ada",
      email: "ada@example.com",
      emailVerified: null,
    })
    const expires = new Date(Date.now() + 60_000)
    await adapter.createSession({ sessionToken: "8c1b0f4e-next-auth", userId: user.id, expires })
    const server = await serve({ adapter })
    const agent = await browserWith(server, "8c1b0f4e-next-auth")
    expect(JSON.parse((await agent.get(`${server.url}/`)).body)).to.include({ id: user.id, name: "Ada" })
  })

  it("keeps the ids of users without a database", async () => {
    const provider: OpenIdProvider = await startOpenIdProvider()
    open.push(provider)
    const { issuer, clientId, clientSecret } = provider
    const server = await serve({
      providers: [{ id: "sso", name: "Company account", type: "oidc", issuer, clientId, clientSecret }],
      callbacks: {
        jwt({ token, account }) {
          if (account) token.sub = account.providerAccountId
          return token
        },
      },
    })
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${server.url}/`))
    const leaving = await agent.submit(page, { button: /Company account/ })
    const home = await agent.followAll(await signInAtProvider(agent, leaving, { name: "Ada Lovelace" }))
    expect(JSON.parse(home.body).id).to.equal("ada")
  })
})

describe("a configuration of next-auth 3", () => {
  it("is refused with the successors of its options", () => {
    const old = { database: "postgres://localhost/app", session: { jwt: true }, providers: [] }
    expect(() => ExpressAuth({ secret, ...old } as ExpressAuthConfig)).to.throw(/adapter/)
    const session = { session: { jwt: true }, providers: [] }
    expect(() => ExpressAuth({ secret, ...session } as object as ExpressAuthConfig)).to.throw(
      /session\.strategy/,
    )
    const provider = { id: "x", name: "X", type: "oauth", clientID: "1", scope: "read" }
    const providers = [provider] as object as ExpressAuthConfig["providers"]
    expect(() => ExpressAuth({ secret, providers })).to.throw(/clientId/)
  })
})
