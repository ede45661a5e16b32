import { expect } from "chai"
import { PassportProvider } from "express-authjs/passport"
import { Strategy as LocalStrategy } from "passport-local"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { csrfOf, sessionOf, signIn, UserAgent, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { redirectTarget } from "../support/user-agent.js"

const local = PassportProvider({
  id: "local",
  strategy: new LocalStrategy((username, password, done) =>
    done(null, password === "right" ? { id: username, email: `${username}@elsewhere.example` } : false),
  ),
})

/** Returns only a ticket, which any visitor can obtain. */
const cas = PassportProvider({
  id: "cas",
  strategy: {
    authenticate(this: unknown, req: { query: { ticket?: string } }) {
      const actions = this as { success(user: object): void; redirect(url: string): void }
      if (req.query.ticket) actions.success({ id: req.query.ticket })
      else actions.redirect("https://cas.example/login?service=app")
    },
  },
})

for (const strategy of ["jwt", "database"] as const)
  for (const [version, express] of expressVersions)
    describe(`accounts of Passport strategies, ${strategy}, ${version}`, () => {
      const { start, demo } = useAuthApps()

      async function signedInApp() {
        const adapter = createExtendedAdapter()
        const app = await start(
          { providers: [demo(), local, cas], adapter, session: { strategy } },
          {
            express,
            routes: (server, auth) => {
              server.get("/pay", auth.requireAuth({ maxAge: 60 }), (_req, res) => void res.send("paid"))
            },
          },
        )
        const agent = new UserAgent()
        await signIn(agent, app.url)
        const link = async (fields: Record<string, string>) => {
          const csrfToken = await csrfOf(agent, app.url)
          return agent.post(`${app.url}/auth/link/local`, { csrfToken, callbackUrl: "/account", ...fields })
        }
        return { ...app, adapter, agent, link, user: (await sessionOf(agent, app.url))?.user }
      }

      it("are linked to the signed-in user, and sign in as the same user", async () => {
        const { url, adapter, link, user } = await signedInApp()
        const answer = await link({ username: "ada", password: "right" })
        expect(redirectTarget(answer)).to.equal(`${url}/account`)
        expect(adapter.rows.users.size).to.equal(1)
        expect(adapter.rows.accounts.size).to.equal(2)
        const elsewhere = new UserAgent()
        const page = await elsewhere.get(`${url}/auth/signin`)
        await elsewhere.submit(page, {
          ...{ formAction: /\/local$/, fields: { username: "ada", password: "right" } },
        })
        expect((await sessionOf(elsewhere, url))?.user.id).to.equal(user?.id)
      })

      it("are not linked where a stranger's answer could not be told from one's own", async () => {
        const { url, adapter, agent } = await signedInApp()
        const csrfToken = await csrfOf(agent, url)
        const answer = await agent.post(`${url}/auth/link/cas`, { csrfToken, callbackUrl: "/account" })
        expect(redirectTarget(answer)).to.contain("/auth/error")
        await agent.get(`${url}/auth/callback/cas?ticket=mallory`)
        expect(adapter.rows.accounts.size).to.equal(1)
      })

      it("are not linked by a wrong password, and the session stays", async () => {
        const { url, adapter, agent, link, user } = await signedInApp()
        const answer = await link({ username: "ada", password: "wrong" })
        expect(redirectTarget(answer)).to.contain("/auth/error")
        expect(adapter.rows.accounts.size).to.equal(1)
        expect((await sessionOf(agent, url))?.user.id).to.equal(user?.id)
      })

      it("are no user's whose address they only claim", async () => {
        const { url, adapter } = await signedInApp()
        const [ada] = [...adapter.rows.users.values()]
        await adapter.updateUser({ id: ada?.id ?? "", email: "ada@elsewhere.example" })
        const mallory = new UserAgent()
        const page = await mallory.get(`${url}/auth/signin`)
        const answer = await mallory.submit(page, {
          ...{ formAction: /\/local$/, fields: { username: "ada", password: "right" } },
        })
        expect(redirectTarget(answer)).to.contain("error=OAuthAccountNotLinked")
        expect(await sessionOf(mallory, url)).to.equal(null)
      })

      it("count as a fresh sign-in where a password was typed", async () => {
        const { url } = await signedInApp()
        const agent = new UserAgent()
        const page = await agent.get(`${url}/auth/signin`)
        await agent.submit(page, {
          ...{ formAction: /\/local$/, fields: { username: "grace", password: "right" } },
        })
        expect((await agent.get(`${url}/pay`)).body).to.equal("paid")
      })
    })
