import { expect } from "chai"
import { type ExpressAuthConfig, memoryRevocation } from "express-authjs"
import Passkey from "express-authjs/providers/passkey"
import { cookiesOf, secret, sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter, type MemoryAdapter } from "../support/memory-adapter.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { registerPasskey, signInWithPasskey } from "../support/passkey-visitor.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"
import { UserAgent } from "../support/user-agent.js"

const ada = { id: "ada", name: "Ada Lovelace", email: "ada@example.com", emailVerified: null }

type Provider = ExpressAuthConfig["providers"][number]

/** A way to sign in: its provider, and what a person does with it. */
interface Way {
  provider: Provider
  signIn(agent: UserAgent, url: string): Promise<unknown>
}

for (const [version, express] of expressVersions) {
  describe(`every way to sign in on ${version}`, () => {
    const { start, demo, keep } = useAuthApps()

    const ways: Record<string, (adapter: MemoryAdapter) => Way | Promise<Way>> = {
      credentials: (adapter) => ({
        provider: {
          id: "credentials",
          name: "Password",
          type: "credentials",
          credentials: { email: { type: "email" }, password: { type: "password" } },
          authorize: ({ email, password }) =>
            password === "right" ? adapter.getUserByEmail(String(email)) : null,
        },
        signIn: async (agent, url) => {
          const fields = { email: ada.email, password: "right" }
          await agent.submit(await agent.get(`${url}/auth/signin`), { formAction: /credentials$/, fields })
        },
      }),
      "e-mail": () => {
        const mailbox = createMailbox()
        return {
          provider: mailbox.provider,
          signIn: async (agent, url) => {
            await agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email: ada.email } })
            await agent.submit(await agent.get(mailbox.link()))
          },
        }
      },
      passkey: () => {
        const device = new SoftwareAuthenticator()
        let isRegistered = false
        return {
          provider: Passkey,
          signIn: async (agent, url) => {
            if (isRegistered) await signInWithPasskey(agent, url, device)
            else await registerPasskey(agent, url, device, { email: ada.email })
            isRegistered = true
          },
        }
      },
      OpenID: () => ({ provider: demo(), signIn: (agent, url) => signIn(agent, url) }),
      OAuth: async () => {
        const server = await startOAuthServer()
        keep(server)
        return {
          provider: server.provider,
          signIn: async (agent, url) => {
            const page = await agent.get(`${url}/auth/signin`)
            await agent.followAll(await agent.submit(page, { formAction: /signin\/plain$/ }))
          },
        }
      },
    }

    for (const [name, createWay] of Object.entries(ways)) {
      for (const strategy of ["jwt", "database"] as const) {
        it(`${name} × ${strategy}: sign in, session, sign out, none`, async () => {
          const adapter = createMemoryAdapter()
          if (name === "credentials") await adapter.createUser(ada)
          const way = await createWay(adapter)
          const config = { providers: [way.provider], adapter, session: { strategy }, secret }
          const { url } = await start({ ...config, revocation: memoryRevocation() }, { express })
          const agent = new UserAgent()

          await way.signIn(agent, url)
          const session = await sessionOf(agent, url)
          expect(session?.user).to.include({ email: ada.email, id: [...adapter.rows.users.keys()][0] })
          expect(adapter.rows.sessions.size).to.equal(strategy === "database" ? 1 : 0)
          expect(adapter.rows.tokens.size, "mailed tokens").to.equal(0)

          const copy = new UserAgent()
          for (const [key, value] of Object.entries(await cookiesOf(agent, url)))
            await copy.cookies.setCookie(`${key}=${value}`, url)
          expect(await sessionOf(copy, url)).to.deep.equal(session)

          await agent.submit(await agent.get(`${url}/auth/signout`))
          expect(await sessionOf(agent, url)).to.equal(null)
          expect(await sessionOf(copy, url), "a copy of the cookies").to.equal(null)
          expect(adapter.rows.sessions.size).to.equal(0)

          await way.signIn(agent, url)
          expect((await sessionOf(agent, url))?.user, "once more").to.deep.equal(session?.user)
          expect(adapter.rows.users.size).to.equal(1)
        })
      }
    }

    for (const name of ["OpenID", "OAuth", "credentials"]) {
      it(`${name} without a database: the same user at every sign-in`, async () => {
        const adapter = createMemoryAdapter()
        await adapter.createUser(ada)
        const way = await ways[name]?.(adapter)
        if (!way) throw new Error(`There is no way ${name}`)
        const { url } = await start({ providers: [way.provider], secret }, { express })
        const seen = []
        for (let i = 0; i < 2; i++) {
          const agent = new UserAgent()
          await way.signIn(agent, url)
          seen.push((await sessionOf(agent, url))?.user)
        }
        expect(seen[0]?.id).to.be.a("string")
        expect(seen[1]).to.deep.equal(seen[0])
      })
    }
  })
}
