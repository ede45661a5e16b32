import { expect } from "chai"
import type { Express } from "express"
import type { ExpressAuthConfig, ExpressAuthHandler } from "express-authjs"
import { PassportProvider, passport } from "express-authjs/passport"
import { Strategy as LocalStrategy } from "passport-local"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { csrfOf, sessionOf, UserAgent, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { redirectTarget, type Visit } from "../support/user-agent.js"

interface Person {
  id: string
  name: string
  /** Ids at the outside service. */
  linked: string[]
}

interface Actions {
  success(user: object): void
  fail(info?: object): void
  redirect(url: string): void
  isAuthenticated?(): boolean
}

type StrategyRequest = { query: { who?: string }; user?: { id: string }; isAuthenticated?(): boolean }

/** As many apps have it: the verify function links to `req.user`, else it finds the user by the account. */
function createPeople() {
  const people: Person[] = ["ada", "grace"].map((id) => ({ id, name: id, linked: [] }))
  const seen: (string | undefined)[] = []
  const find = (id: unknown) => people.find((one) => one.id === id)
  const authenticate = function (this: Actions, req: StrategyRequest) {
    const { who } = req.query
    if (!who) return this.redirect("https://service.example/?response_type=code")
    seen.push(req.user?.id)
    const owner = people.find(({ linked }) => linked.includes(who))
    const user = find(req.user?.id)
    if (user && !owner) user.linked.push(who)
    const signedIn = owner ?? user
    return signedIn ? this.success(signedIn) : this.fail({ message: "No user has this account." })
  }
  const outside = PassportProvider({
    ...{ id: "outside", ownUsers: true },
    strategy: { name: "outside", authenticate: authenticate as (req: unknown) => unknown },
  })
  const local = PassportProvider({
    ...{ id: "local", ownUsers: true },
    strategy: new LocalStrategy((username, _password, done) => done(null, find(username) ?? false)),
  })
  return { people, seen, find, providers: [local, outside] }
}

type Stored = "no adapter" | "jwt" | "database"

for (const [version, express] of expressVersions)
  for (const stored of ["no adapter", "jwt", "database"] as const satisfies readonly Stored[])
    describe(`linking by an app's own verify function, ${stored}, ${version}`, () => {
      const { start } = useAuthApps()

      async function startOne() {
        const { providers, people, seen, find } = createPeople()
        const adapter = createExtendedAdapter()
        const database: Partial<ExpressAuthConfig> =
          stored === "no adapter" ? {} : { adapter, session: { strategy: stored } }
        if (stored !== "no adapter")
          for (const person of people) {
            const row = { email: `${person.name}@example.com`, emailVerified: null, name: person.name }
            const { id } = await adapter.createUser({ id: person.id, ...row })
            person.id = id
          }
        const routes = (app: Express, auth: ExpressAuthHandler) => {
          app.use(passport(auth, { deserializeUser: ({ user }) => find(user.id) }))
          app.post("/link", (req, res, next) => {
            auth.linkAccount(req, res, "outside", { redirectTo: "/account" }).catch(next)
          })
        }
        const app = await start({ providers, ...database }, { express, routes })
        const agent = new UserAgent()
        await signInAs(agent, app.url, people[0]?.id)
        return { ...app, people, seen, agent }
      }

      async function signInAs(agent: UserAgent, url: string, username = ""): Promise<void> {
        const page = await agent.get(`${url}/auth/signin`)
        await agent.submit(page, { formAction: /\/local$/, fields: { username, password: "x" } })
      }

      const idOf = async (agent: UserAgent, url: string) => (await sessionOf(agent, url))?.user.id

      const stateOf = (visit: Visit) => new URL(redirectTarget(visit) ?? "").searchParams.get("state")

      const comeBack = (agent: UserAgent, url: string, state: string | null, who = "there") =>
        agent.get(`${url}/auth/callback/outside?who=${who}&state=${state}`)

      it("shows it the signed-in user as req.user, and leads on", async () => {
        const { url, people, seen, agent } = await startOne()
        const [ada] = people
        const leaving = await agent.post(`${url}/link`)
        expect(redirectTarget(leaving)).to.include("https://service.example/")
        expect(redirectTarget(await comeBack(agent, url, stateOf(leaving)))).to.equal(`${url}/account`)
        expect(seen).to.deep.equal([ada?.id])
        expect(ada?.linked).to.deep.equal(["there"])
        expect(await idOf(agent, url)).to.equal(ada?.id)
      })

      it("works by our own route, and the account signs in afterwards", async () => {
        const { url, people, agent } = await startOne()
        const leaving = await agent.post(`${url}/auth/link/outside`, { csrfToken: await csrfOf(agent, url) })
        await comeBack(agent, url, stateOf(leaving))
        expect(people[0]?.linked).to.deep.equal(["there"])
        const elsewhere = new UserAgent()
        const page = await elsewhere.get(`${url}/auth/signin/outside`)
        const going = await elsewhere.submit(page, { formAction: /\/outside$/ })
        await comeBack(elsewhere, url, stateOf(going))
        expect(await idOf(elsewhere, url)).to.equal(people[0]?.id)
      })

      it("S4: does not run when another user is signed in by then, or none", async () => {
        const { url, people, seen, agent } = await startOne()
        const leaving = await agent.post(`${url}/link`)
        await signInAs(agent, url, people[1]?.id)
        expect(redirectTarget(await comeBack(agent, url, stateOf(leaving)))).to.include("error=LinkRefused")
        const again = await agent.post(`${url}/link`)
        await agent.post(`${url}/auth/signout`, { csrfToken: await csrfOf(agent, url) })
        expect(redirectTarget(await comeBack(agent, url, stateOf(again)))).to.include("error=LinkRefused")
        expect(seen).to.deep.equal([])
        expect(people.map(({ linked }) => linked)).to.deep.equal([[], []])
      })

      it("refuses an account that the app knows as another user's", async () => {
        const { url, people, agent } = await startOne()
        people[1]?.linked.push("there")
        const leaving = await agent.post(`${url}/link`)
        const answer = await comeBack(agent, url, stateOf(leaving))
        expect(redirectTarget(answer)).to.include("error=OAuthAccountNotLinked")
        expect(await idOf(agent, url)).to.equal(people[0]?.id)
      })

      it("shows it no user at a sign-in while signed in, so that nothing is linked", async () => {
        const { url, people, seen, agent } = await startOne()
        const page = await agent.get(`${url}/auth/signin/outside`)
        const leaving = await agent.submit(page, { formAction: /\/outside$/ })
        await comeBack(agent, url, stateOf(leaving))
        expect(seen).to.deep.equal([undefined])
        expect(people[0]?.linked).to.deep.equal([])
      })

      it("refuses posts of another site, and anonymous requests", async () => {
        const { url, agent, people } = await startOne()
        const cross = await agent.post(`${url}/link`, {}, { "sec-fetch-site": "cross-site" })
        expect(cross.status).to.equal(403)
        const anonymous = await new UserAgent().post(`${url}/link`)
        expect(redirectTarget(anonymous)).to.include("error=SessionRequired")
        expect(people[0]?.linked).to.deep.equal([])
      })
    })
