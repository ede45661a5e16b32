import { expect } from "chai"
import { type ErrorRequestHandler, urlencoded } from "express"
import { type ExpressAuthConfig, memoryRevocation } from "express-authjs"
import { PassportProvider, passport } from "express-authjs/passport"
import Credentials from "express-authjs/providers/credentials"
import { Strategy as LocalStrategy } from "passport-local"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { csrfOf, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import { callbackOf, wayBack } from "../support/way-back.js"

const squatter = { id: "squat", email: "ada@example.com", emailVerified: null }
const password = "known to Eve"

/** A point in a request where the test holds it up. */
class Gate {
  readonly reached: Promise<void>
  #arrive: () => void = () => {}
  #open: () => void = () => {}
  readonly #opened: Promise<void>

  constructor() {
    this.reached = new Promise((resolve) => (this.#arrive = resolve))
    this.#opened = new Promise((resolve) => (this.#open = resolve))
  }

  pass(): Promise<void> {
    this.#arrive()
    return this.#opened
  }

  open(): void {
    this.#open()
  }
}

type Provider = ExpressAuthConfig["providers"][number]

for (const strategy of ["jwt", "database"] as const)
  describe(`S33: a squatter's request in progress while the owner proves the address, ${strategy}`, () => {
    const { start } = useAuthApps()
    let idp: OAuthServer

    before(async () => {
      idp = await startOAuthServer()
    })
    after(() => idp.close())

    /** An app where the squatter's next step waits at `gates.next`, and the owner signs in by mail. */
    async function meet({ kind = "credentials" } = {}) {
      const adapter = createExtendedAdapter()
      const mailbox = createMailbox()
      await adapter.createUser(squatter)
      const passwords = new Map([["squat", password]])
      const gates: { next?: Gate; late?: Gate; mark?: () => Promise<void> } = {}
      const hold = async (name: "next" | "late" = "next") => {
        const gate = gates[name]
        delete gates[name]
        await gate?.pass()
      }
      const isRight = async (id: string, typed: string) => {
        const stored = passwords.get(id)
        await hold()
        return stored === typed
      }
      const local: Provider =
        kind === "ownUsers"
          ? PassportProvider({
              ...{ id: "local", ownUsers: true },
              strategy: new LocalStrategy((id, typed, done) => {
                void isRight(id, typed).then((right) => done(null, right ? { id } : false))
              }),
            })
          : Credentials({
              id: "local",
              credentials: { username: {}, password: {} },
              authorize: async ({ username: id, password: typed }) =>
                (await isRight(String(id), String(typed))) ? { id: String(id) } : null,
            })
      const plain: Provider = {
        ...idp.provider,
        profile: async ({ id, name, email }) => {
          await hold()
          return { id, name, email }
        },
      }
      const trusted: Provider = { ...idp.provider, id: "trusted", allowDangerousEmailAccountLinking: true }
      const app = await start(
        {
          adapter: {
            ...adapter,
            createSession: async (row) => {
              await hold("late")
              return adapter.createSession(row)
            },
            updateUser: async (changes) => {
              if (changes.emailVerified) await gates.mark?.()
              return adapter.updateUser(changes)
            },
          },
          ...{ revocation: memoryRevocation(), session: { strategy } },
          callbacks: {
            firstProof: ({ user }) => void passwords.delete(user.id),
            jwt: async ({ token, trigger }) => {
              if (trigger === "signIn") await hold("late")
              return token
            },
          },
          providers: [local, plain, trusted, mailbox.provider],
        },
        {
          routes: (server, auth) => {
            server.use(passport(auth), urlencoded({ extended: false }))
            server.post("/login", async (req, res, next) => {
              const right = await isRight(req.body.username, req.body.password)
              if (!right) return void res.sendStatus(401)
              req.login({ id: req.body.username }, { method: "credentials" }, (error) =>
                error ? next(error) : res.sendStatus(204),
              )
            })
            const toStatus: ErrorRequestHandler = (error, _req, res, _next) =>
              void res.sendStatus(error.status)
            server.use(toStatus)
          },
        },
      )
      const { url } = app
      const typeIn = async (agent: UserAgent, typed = password) => {
        const fields = { username: "squat", password: typed }
        return agent.submit(await agent.get(`${url}/auth/signin`), { formAction: /\/local$/, fields })
      }
      const prove = async (agent = new UserAgent()) => {
        const fields = { email: squatter.email }
        await agent.submit(await agent.get(`${url}/auth/signin`), { formAction: /signin\/email$/, fields })
        await agent.submit(await agent.get(mailbox.link()))
        expect((await sessionOf(agent, url))?.user.id).to.equal("squat")
        return agent
      }
      return { ...app, adapter, passwords, gates, typeIn, prove }
    }

    type App = Awaited<ReturnType<typeof meet>>

    /** Runs a request up to the gate, lets `meanwhile` happen, and returns its response. */
    async function straddle(
      { gates }: App,
      request: () => Promise<Visit>,
      meanwhile: () => Promise<unknown>,
      name: "next" | "late" = "next",
    ) {
      const gate = new Gate()
      gates[name] = gate
      const pending = request()
      await gate.reached
      await meanwhile()
      gate.open()
      return pending
    }

    async function expectOnlyOwner(app: App, owner: UserAgent, eve: UserAgent): Promise<void> {
      expect(await sessionOf(eve, app.url)).to.equal(null)
      expect((await sessionOf(owner, app.url))?.user.id).to.equal("squat")
      expect([...app.adapter.rows.accounts.keys()]).to.deep.equal([])
      expect(app.adapter.rows.sessions.size).to.equal(strategy === "database" ? 1 : 0)
    }

    for (const kind of ["credentials", "ownUsers"])
      it(`starts no session with a password that was read before: ${kind}`, async () => {
        const app = await meet({ kind })
        const [eve, ada] = [new UserAgent(), new UserAgent()]
        const visit = await straddle(
          app,
          () => app.typeIn(eve),
          () => app.prove(ada),
        )
        expect(redirectTarget(visit)).to.equal(`${app.url}/auth/error?error=Expired`)
        await expectOnlyOwner(app, ada, eve)
      })

    it("starts no session by req.login() with a password that was read before", async () => {
      const app = await meet()
      const [eve, ada] = [new UserAgent(), new UserAgent()]
      const logIn = () => eve.post(`${app.url}/login`, { username: "squat", password })
      expect((await straddle(app, logIn, () => app.prove(ada))).status).to.equal(400)
      await expectOnlyOwner(app, ada, eve)
    })

    it("starts no session with an account that the proof has removed", async () => {
      const app = await meet()
      const [eve, ada] = [new UserAgent(), new UserAgent()]
      const key = { provider: "plain", providerAccountId: "4711" }
      await app.adapter.linkAccount({ ...key, userId: "squat", type: "oauth" })
      const back = await wayBack(eve, app.url, { provider: "plain" })
      const visit = await straddle(
        app,
        () => eve.get(back),
        () => app.prove(ada),
        "late",
      )
      expect(redirectTarget(visit)).to.equal(`${app.url}/auth/error?error=Expired`)
      await expectOnlyOwner(app, ada, eve)
    })

    it("links no account", async () => {
      const app = await meet()
      const [eve, ada] = [new UserAgent(), new UserAgent()]
      await app.typeIn(eve)
      const fields = { csrfToken: await csrfOf(eve, app.url), callbackUrl: "/account" }
      const leaving = await eve.post(`${app.url}/auth/link/plain`, fields)
      const back = await callbackOf(eve, leaving)
      const visit = await straddle(
        app,
        () => eve.get(back),
        () => app.prove(ada),
      )
      expect(redirectTarget(visit)).to.equal(`${app.url}/auth/error?error=LinkRefused`)
      await expectOnlyOwner(app, ada, eve)
    })

    it("keeps nothing that was stored between the removal and the mark", async () => {
      const app = await meet()
      const [eve, ada] = [new UserAgent(), new UserAgent()]
      const gate = new Gate()
      app.gates.next = gate
      const pending = app.typeIn(eve)
      await gate.reached
      let atOnce: unknown
      app.gates.mark = async () => {
        delete app.gates.mark
        gate.open()
        await pending
        atOnce = await sessionOf(eve, app.url)
      }
      await app.prove(ada)
      expect(atOnce).to.have.nested.property("user.id", "squat")
      await expectOnlyOwner(app, ada, eve)
    })

    it("starts no session when a trusted provider brings the proof", async () => {
      const app = await meet()
      const [eve, ada] = [new UserAgent(), new UserAgent()]
      const visit = await straddle(
        app,
        () => app.typeIn(eve),
        async () => ada.get(await wayBack(ada, app.url, { provider: "trusted" })),
      )
      expect(redirectTarget(visit)).to.equal(`${app.url}/auth/error?error=Expired`)
      expect(await sessionOf(eve, app.url)).to.equal(null)
      expect((await sessionOf(ada, app.url))?.user.id).to.equal("squat")
      expect([...app.adapter.rows.accounts.keys()]).to.deep.equal(["trusted:4711"])
    })

    it("does not stop the owner from signing in with a new password right after the proof", async () => {
      const app = await meet()
      const ada = await app.prove()
      app.passwords.set("squat", "chosen by Ada")
      await app.typeIn(ada, "chosen by Ada")
      expect((await sessionOf(ada, app.url))?.user.id).to.equal("squat")
    })

    it("does not take an app that sets emailVerified itself for a first proof", async () => {
      const app = await meet()
      const agent = new UserAgent()
      const verify = async () => app.adapter.updateUser({ id: "squat", emailVerified: new Date() })
      await straddle(app, () => app.typeIn(agent), verify)
      expect((await sessionOf(agent, app.url))?.user.id).to.equal("squat")
    })
  })

describe("S33: a link that returns after its session has ended", () => {
  const { start } = useAuthApps()

  for (const strategy of ["jwt", "database"] as const)
    it(`links nothing, even if the session ends while the provider responds, ${strategy}`, async () => {
      const adapter = createExtendedAdapter()
      const gate = new Gate()
      let isLinking = false
      const idp = await startOAuthServer()
      const provider: Provider = {
        ...idp.provider,
        id: "other",
        profile: async ({ name }) => {
          if (isLinking) await gate.pass()
          return { id: isLinking ? "second" : "first", name, email: isLinking ? null : "ada@example.com" }
        },
      }
      const { url } = await start({
        ...{ adapter, revocation: memoryRevocation(), session: { strategy } },
        providers: [provider],
      })
      const agent = new UserAgent()
      await agent.get(await wayBack(agent, url, { provider: "other" }))
      const fields = { csrfToken: await csrfOf(agent, url), callbackUrl: "/account" }
      const leaving = await agent.post(`${url}/auth/link/other`, fields)
      const back = await callbackOf(agent, leaving)
      isLinking = true
      const pending = agent.get(back)
      await gate.reached
      await agent.post(`${url}/auth/signout`, { csrfToken: fields.csrfToken })
      gate.open()
      expect(redirectTarget(await pending)).to.equal(`${url}/auth/error?error=LinkRefused`)
      expect([...adapter.rows.accounts.keys()]).to.deep.equal(["other:first"])
      await idp.close()
    })
})
