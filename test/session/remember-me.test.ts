import { mock } from "node:test"
import { expect } from "chai"
import type { ExpressAuthConfig, SignInOptions } from "express-authjs"
import Passkey from "express-authjs/providers/passkey"
import { csrfOf, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { closeBrowser, sessionLines } from "../support/close-browser.js"
import { textOf } from "../support/html-form.js"
import { expressVersions } from "../support/listen.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter, type MemoryAdapter } from "../support/memory-adapter.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { passkeyOptions } from "../support/passkey-visitor.js"
import { passwords } from "../support/passwords.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

const ada = { id: "1", name: "Ada Lovelace", email: "ada@example.com", emailVerified: null }
const hour = 60 * 60 * 1000
const day = 24 * hour

type Provider = ExpressAuthConfig["providers"][number]
type Ticked = Record<"remember", "on"> | Record<string, never>

/** A way to sign in: its provider, and what a person does who ticks the box or does not. */
interface Way {
  provider: Provider
  /** @returns the answer that sets the session's cookie */
  signIn(agent: UserAgent, url: string, ticked: Ticked): Promise<Visit>
}

/** Cookies of a session: one more says how a session in a database was begun whose adapter does not keep that. */
const linesOf = { jwt: 1, database: 2 } as const

for (const [version, express] of expressVersions)
  describe(`session.remember "ask" on ${version}`, () => {
    const { start, demo, keep } = useAuthApps()

    const password = passwords()

    const ways: Record<string, () => Way | Promise<Way>> = {
      "a password": () => ({
        provider: password,
        signIn: async (agent, url, ticked) =>
          agent.submit(await agent.get(`${url}/auth/signin`), {
            fields: { username: "ada", password: "right", ...ticked },
          }),
      }),
      "an OpenID provider": () => ({
        provider: demo(),
        signIn: async (agent, url, ticked) => {
          const page = await agent.get(`${url}/auth/signin`)
          const leaving = await agent.submit(page, { button: /Demo/, fields: { ...ticked } })
          return signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
        },
      }),
      "an OAuth provider": async () => {
        const server = await startOAuthServer()
        keep(server)
        return {
          provider: server.provider,
          signIn: async (agent, url, ticked) => {
            const page = await agent.get(`${url}/auth/signin`)
            const leaving = await agent.submit(page, { button: /Continue/, fields: { ...ticked } })
            return agent.follow(await agent.follow(leaving))
          },
        }
      },
      "a mailed link": () => {
        const mailbox = createMailbox()
        return {
          provider: mailbox.provider,
          signIn: async (agent, url, ticked) => {
            await agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email: ada.email } })
            return agent.submit(await agent.get(mailbox.link()), { fields: { ...ticked } })
          },
        }
      },
      "a passkey": () => {
        const device = new SoftwareAuthenticator()
        return {
          provider: Passkey,
          signIn: async (agent, url, ticked) => {
            const action = "register"
            const options = await passkeyOptions(agent, url, { action, email: "eve@example.com" })
            const data = JSON.stringify(device.register(options, new URL(url).origin))
            const csrfToken = await csrfOf(agent, url)
            return agent.post(`${url}/auth/callback/passkey`, { action, data, csrfToken, ...ticked })
          },
        }
      },
    }

    async function startWith(provider: Provider, session: ExpressAuthConfig["session"]) {
      const adapter = createMemoryAdapter()
      if (provider === password) await adapter.createUser(ada)
      const app = await start(
        { providers: [provider], adapter, session: { remember: "ask", ...session } },
        { express },
      )
      return { ...app, adapter }
    }

    const cases = Object.entries(ways).flatMap(([name, createWay]) =>
      (["jwt", "database"] as const).flatMap((strategy) =>
        [false, true].map((isTicked) => ({ name, createWay, strategy, isTicked })),
      ),
    )

    for (const { name, createWay, strategy, isTicked } of cases)
      it(`${name} × ${strategy}: ${isTicked ? "ticked, the session outlives" : "it ends with"} the browser`, async () => {
        const way = await createWay()
        const { url, adapter } = await startWith(way.provider, { strategy })
        const agent = new UserAgent()
        const lines = sessionLines(await way.signIn(agent, url, isTicked ? { remember: "on" } : {}))
        expect(lines).to.have.lengthOf(linesOf[strategy])
        expect(new Set(lines.map((line) => /expires|max-age/i.test(line)))).to.deep.equal(new Set([isTicked]))
        const ends = Date.parse((await sessionOf(agent, url))?.expires ?? "")
        expect(ends).to.be.closeTo(Date.now() + (isTicked ? 30 * day : day), 10_000)
        for (const row of rowsOf(adapter)) expect(row.expires.getTime()).to.be.closeTo(ends, 1000)
        await closeBrowser(agent)
        expect((await sessionOf(agent, url)) !== null).to.equal(isTicked)
      })
  })

function rowsOf({ rows }: MemoryAdapter): { expires: Date }[] {
  return [...rows.sessions.values()] as { expires: Date }[]
}

describe("a session that is not to be remembered", () => {
  const { start, demo } = useAuthApps()

  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: Date.now() }))
  afterEach(() => mock.timers.reset())

  async function startAsking(
    { session, ...config }: Partial<ExpressAuthConfig> = {},
    options: SignInOptions = {},
  ) {
    const adapter = createMemoryAdapter()
    await adapter.createUser(ada)
    return start(
      { providers: [passwords()], adapter, session: { remember: "ask", ...session }, ...config },
      {
        routes: (app, auth) => {
          app.get("/page", auth.requireAuth(), (_req, res) => void res.send("A page"))
          app.post("/login", (req, res) => auth.signIn(req, res, "credentials", options))
          app.get("/pay", auth.requireAuth({ maxAge: 300 }), (_req, res) => void res.send("Paid"))
          app.get("/how", async (req, res) => void res.json(await auth.getSignIn(req)))
          app.post("/update", async (req, res) => {
            await auth.updateSession(req, res, { name: "Countess" })
            res.send("Done")
          })
        },
      },
    )
  }

  async function signIn(agent: UserAgent, url: string, fields: Record<string, string> = {}) {
    const page = await agent.get(`${url}/auth/signin`)
    return agent.submit(page, { fields: { username: "ada", password: "right", ...fields } })
  }

  const strategies = ["jwt", "database"] as const

  for (const strategy of strategies) {
    it(`ends with the browser after every renewal, too (${strategy})`, async () => {
      const { url } = await startAsking({ session: { strategy, remember: "ask" } })
      const agent = new UserAgent()
      await signIn(agent, url)
      for (let renewals = 0; renewals < 3; renewals++) {
        mock.timers.tick(13 * hour)
        const lines = sessionLines(await agent.get(`${url}/page`))
        expect(lines).to.have.lengthOf(linesOf[strategy])
        for (const line of lines) expect(line).to.not.match(/expires|max-age/i)
      }
      mock.timers.tick(hour)
      expect(sessionLines(await agent.get(`${url}/page`)), "not due").to.deep.equal([])
    })

    it(`ends after a day without use, though a browser brought its cookie back (${strategy})`, async () => {
      const { url } = await startAsking({ session: { strategy, remember: "ask" } })
      const agent = new UserAgent()
      await signIn(agent, url)
      mock.timers.tick(day - 1000)
      expect(await sessionOf(agent, url)).to.not.equal(null)
      mock.timers.tick(day + 60_000)
      expect(await sessionOf(agent, url)).to.equal(null)
    })

    it(`lives as long as unrememberedMaxAge says, and never past absoluteMaxAge (${strategy})`, async () => {
      const session = { strategy, remember: "ask", unrememberedMaxAge: 3600, absoluteMaxAge: 5400 } as const
      const { url } = await startAsking({ session })
      const agent = new UserAgent()
      await signIn(agent, url)
      mock.timers.tick(hour * 0.75)
      expect(await sessionOf(agent, url)).to.not.equal(null)
      mock.timers.tick(hour * 0.7)
      expect(await sessionOf(agent, url), "in use").to.not.equal(null)
      mock.timers.tick(hour * 0.1)
      expect(await sessionOf(agent, url)).to.equal(null)
    })
  }

  it("ends with the browser after an update, in several cookies too, whatever callbacks say", async () => {
    const jwt = ({ token, trigger }: { token: object; trigger?: string }) => ({
      ...token,
      auth_remembered: true,
      ...(trigger === "update" && { long: "x".repeat(5000) }),
    })
    const { url } = await startAsking({ callbacks: { jwt }, session: { strategy: "jwt", remember: "ask" } })
    const agent = new UserAgent()
    await signIn(agent, url)
    const lines = sessionLines(await agent.post(`${url}/update`))
    expect(lines).to.have.lengthOf.above(1)
    for (const line of lines.filter((one) => !/=;/.test(one))) expect(line).to.not.match(/expires|max-age/i)
    await closeBrowser(agent)
    expect(await sessionOf(agent, url)).to.equal(null)
  })

  it("survives a closed browser, and stays so when renewed, without the option", async () => {
    const lasting = await startAsking({ session: {} as never })
    const agent = new UserAgent()
    await signIn(agent, lasting.url)
    mock.timers.tick(2 * day)
    expect(sessionLines(await agent.get(`${lasting.url}/page`)).join()).to.match(/expires/i)
  })

  describe("and the app's own forms and handlers", () => {
    const post = async (agent: UserAgent, url: string, fields: Record<string, string>) =>
      sessionLines(await agent.post(`${url}/login`, { username: "ada", password: "right", ...fields })).join()

    for (const [said, lasts] of [
      [{}, false],
      [{ remember: "on" }, true],
      [{ remember: "1" }, true],
      [{ remember: "" }, false],
      [{ remember: "0" }, false],
      [{ remember: "false" }, false],
      [{ remember: "off" }, false],
    ] as [Record<string, string>, boolean][])
      it(`read the field remember: ${JSON.stringify(said)}`, async () => {
        const { url } = await startAsking()
        expect(/expires/i.test(await post(new UserAgent(), url, said))).to.equal(lasts)
      })

    it("read a box behind a hidden field of the same name", async () => {
      const { url } = await startAsking()
      const form = new URLSearchParams("username=ada&password=right&remember=0&remember=1")
      const answer = await new UserAgent().post(`${url}/login`, form)
      expect(sessionLines(answer).join()).to.match(/expires/i)
    })

    it("choose with the option remember, which overrides the field", async () => {
      const yes = await startAsking({}, { remember: true })
      expect(await post(new UserAgent(), yes.url, {})).to.match(/expires/i)
      const no = await startAsking({}, { remember: false })
      expect(await post(new UserAgent(), no.url, { remember: "on" })).to.not.match(/expires/i)
    })

    it("choose with that option although users are not asked", async () => {
      const { url } = await startAsking({ session: { remember: "always" } }, { remember: false })
      expect(await post(new UserAgent(), url, {})).to.not.match(/expires/i)
    })

    it("may use a field of that name when users are not asked", async () => {
      const { url } = await startAsking({ session: { remember: "always" } })
      expect(await post(new UserAgent(), url, { remember: "" })).to.match(/expires/i)
    })
  })

  it('is every session with "never", whatever is requested', async () => {
    for (const strategy of strategies) {
      const { url } = await startAsking({ session: { strategy, remember: "never" } }, { remember: true })
      const agent = new UserAgent()
      const page = await agent.get(`${url}/auth/signin`)
      expect(textOf(page.body)).to.not.include("Keep me signed in")
      const answer = await agent.post(`${url}/login`, { username: "ada", password: "right", remember: "on" })
      expect(sessionLines(answer).join()).to.not.match(/expires|max-age/i)
    }
  })

  it('follows, with "never", at the next renewal of one that was to last', async () => {
    const secret = "a secret of at least thirty-two characters"
    const session = { strategy: "jwt" } as const
    const before = await startAsking({ secret, session: { ...session, remember: "always" } })
    const after = await startAsking({ secret, session: { ...session, remember: "never" } })
    const agent = new UserAgent()
    await signIn(agent, before.url)
    mock.timers.tick(day)
    const lines = sessionLines(await agent.get(`${after.url}/page`))
    expect(lines).to.have.lengthOf(1)
    expect(lines[0]).to.not.match(/expires|max-age/i)
  })

  it("keeps the tick after a failed try, and its absence", async () => {
    const { url } = await startAsking()
    for (const ticked of [{ remember: "on" }, {}] as Ticked[]) {
      const agent = new UserAgent()
      const failed = await agent.followAll(await signIn(agent, url, { password: "wrong", ...ticked }))
      expect(textOf(failed.body)).to.include("do not match")
      expect(isTicked(failed)).to.equal("remember" in ticked)
    }
  })

  it("keeps the tick when the user cancels at the provider", async () => {
    const { url } = await startAsking({ providers: [demo(), passwords()] })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    expect(isTicked(page)).to.equal(false)
    const leaving = await agent.submit(page, { button: /Demo/, fields: { remember: "on" } })
    const back = await agent.followAll(await signInAtProvider(agent, leaving, { cancel: true }))
    expect(textOf(back.body)).to.include("You cancelled")
    expect(isTicked(back)).to.equal(true)
  })

  it("keeps the tick for a fresh sign-in", async () => {
    const { url } = await startAsking()
    for (const ticked of [{ remember: "on" }, {}] as Ticked[]) {
      const agent = new UserAgent()
      await signIn(agent, url, ticked)
      expect(JSON.parse((await agent.get(`${url}/how`)).body).remembered).to.equal("remember" in ticked)
      mock.timers.tick(301_000)
      const page = await agent.followAll(await agent.get(`${url}/pay`))
      expect(textOf(page.body)).to.include("Sign in again")
      expect(isTicked(page)).to.equal("remember" in ticked)
    }
  })

  describe("by mail", () => {
    const code = (): { provider: Provider; mail: { code: string; url: string } } => {
      const mail = { code: "", url: "" }
      const sendVerificationRequest = (request: { code?: string; url: string }) =>
        void Object.assign(mail, { code: request.code, url: request.url })
      return { provider: createMailbox({ sendVerificationRequest }).provider, mail }
    }

    async function ask(url: string, ticked: Ticked) {
      const agent = new UserAgent()
      const page = await agent.get(`${url}/auth/signin`)
      const fields = { email: ada.email, ...ticked }
      return { agent, page: await agent.followAll(await agent.submit(page, { fields })) }
    }

    for (const ticked of [{ remember: "on" }, {}] as Ticked[]) {
      const lasts = "remember" in ticked
      const how = lasts ? "ticked" : "not ticked"

      it(`is chosen when the mail is asked for, and its code needs no other word: ${how}`, async () => {
        const { provider, mail } = code()
        const { url } = await startAsking({ providers: [provider] })
        const { agent, page } = await ask(url, ticked)
        const done = await agent.submit(page, { fields: { code: mail.code } })
        expect(/expires/i.test(sessionLines(done).join())).to.equal(lasts)
      })

      it(`is chosen so when the link is opened in the same browser: ${how}`, async () => {
        const { provider, mail } = code()
        const { url } = await startAsking({ providers: [provider] })
        const { agent } = await ask(url, ticked)
        const confirm = await agent.get(mail.url)
        expect(isTicked(confirm)).to.equal(lasts)
        expect(/expires/i.test(sessionLines(await agent.submit(confirm)).join())).to.equal(lasts)
      })
    }

    it("is asked again on another device, with the box empty", async () => {
      const { provider, mail } = code()
      const { url } = await startAsking({ providers: [provider] })
      await ask(url, { remember: "on" })
      const phone = new UserAgent()
      const confirm = await phone.get(mail.url)
      expect(textOf(confirm.body)).to.include("Keep me signed in")
      expect(isTicked(confirm)).to.equal(false)
    })

    it("uses the latest choice although the address has had too many mails", async () => {
      const { provider, mail } = code()
      const { url } = await startAsking({ providers: [provider] })
      const { agent } = await ask(url, { remember: "on" })
      const askAgain = async (ticked: Ticked) => {
        const { code: former } = mail
        const page = await agent.get(`${url}/auth/signin`)
        const waiting = await agent.submit(page, { fields: { email: ada.email, ...ticked } })
        return { isMailed: mail.code !== former, page: await agent.followAll(waiting) }
      }
      while ((await askAgain({ remember: "on" })).isMailed);
      const { isMailed, page } = await askAgain({})
      const done = await agent.submit(page, { fields: { code: mail.code } })
      expect(isMailed).to.equal(false)
      expect(sessionLines(done)).to.have.lengthOf(linesOf.database)
      for (const line of sessionLines(done)) expect(line).to.not.match(/expires/i)
    })
  })

  it("is nothing that linking an account changes", async () => {
    const { url } = await startAsking({ providers: [passwords(), demo()], session: { strategy: "jwt" } })
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    const fields = { username: "ada", password: "right" }
    await agent.submit(page, { formAction: /callback\/credentials$/, fields })
    const form = { csrfToken: await csrfOf(agent, url), remember: "on" }
    const back = await signInAtProvider(agent, await agent.post(`${url}/auth/link/demo`, form), {
      name: "Ada Lovelace",
    })
    expect(redirectTarget(back)).to.equal(`${url}/`)
    expect(sessionLines(back)).to.deep.equal([])
    mock.timers.tick(13 * hour)
    expect(sessionLines(await agent.get(`${url}/page`)).join()).to.not.match(/expires/i)
  })
})

/** Whether all boxes of a page are ticked; throws where some are, and some are not. */
function isTicked({ body }: Visit): boolean {
  const boxes = [...body.matchAll(/<input[^>]* name="remember"[^>]*>/g)].map(([box]) => / checked/.test(box))
  if (boxes.length === 0 || new Set(boxes).size > 1) throw new Error(`Ticked: ${boxes.join()}`)
  return boxes[0] === true
}
