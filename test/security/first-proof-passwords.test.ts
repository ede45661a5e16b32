import { expect } from "chai"
import { type ExpressAuthConfig, memoryRevocation } from "express-authjs"
import { PassportProvider } from "express-authjs/passport"
import Credentials from "express-authjs/providers/credentials"
import { Strategy as LocalStrategy } from "passport-local"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { csrfOf, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

const squatter = { id: "squat", email: "ada@example.com", emailVerified: null }

/** The app's own passwords, by the id of the user. */
type Passwords = Map<string, string>

const kinds: Record<string, (passwords: Passwords) => ExpressAuthConfig["providers"][number]> = {
  "a credentials provider": (passwords) =>
    Credentials({
      id: "local",
      credentials: { username: {}, password: {} },
      authorize: ({ username, password }) =>
        passwords.get(String(username)) === password ? { id: String(username) } : null,
    }),
  "a Passport strategy with ownUsers": (passwords) =>
    PassportProvider({
      id: "local",
      ownUsers: true,
      strategy: new LocalStrategy((username, password, done) =>
        done(null, passwords.get(username) === password ? { id: username, email: squatter.email } : false),
      ),
    }),
}

for (const strategy of ["jwt", "database"] as const)
  for (const [kind, toProvider] of Object.entries(kinds))
    describe(`S33: a squatter's password, then its owner proves the address: ${kind}, ${strategy}`, () => {
      const { start } = useAuthApps()

      async function meet(callbacks: (passwords: Passwords) => ExpressAuthConfig["callbacks"] = () => ({})) {
        const adapter = createExtendedAdapter()
        const mailbox = createMailbox()
        await adapter.createUser(squatter)
        const passwords: Passwords = new Map([["squat", "known to Eve"]])
        const app = await start({
          ...{ adapter, revocation: memoryRevocation(), session: { strategy } },
          providers: [toProvider(passwords), mailbox.provider],
          callbacks: { ...callbacks(passwords) },
        })
        const byPassword = async (password: string, agent = new UserAgent()) => {
          const fields = { username: "squat", password }
          const page = await agent.get(`${app.url}/auth/signin`)
          const answer = await agent.submit(page, { formAction: /\/local$/, fields })
          return { answer, session: await sessionOf(agent, app.url) }
        }
        const byMail = async (agent = new UserAgent()) => {
          const page = await agent.get(`${app.url}/auth/signin`)
          await agent.submit(page, { formAction: /signin\/email$/, fields: { email: squatter.email } })
          await agent.submit(await agent.get(mailbox.link()))
          return { agent, session: await sessionOf(agent, app.url) }
        }
        return { ...app, adapter, passwords, byPassword, byMail }
      }

      it("is dropped by the app, which is told before anyone is signed in", async () => {
        const told: unknown[] = []
        const { adapter, passwords, byPassword, byMail } = await meet((known) => ({
          firstProof: async ({ user }) => {
            told.push([user.id, user.email, user.emailVerified, adapter.rows.sessions.size])
            known.delete(user.id)
          },
        }))
        const eve = await byPassword("known to Eve")
        expect(eve.session?.user.id).to.equal("squat")
        const rows = adapter.rows.sessions.size
        const ada = await byMail()
        expect(ada.session?.user.id).to.equal("squat")
        expect(told).to.deep.equal([["squat", squatter.email, null, rows]])
        expect((await byPassword("known to Eve")).session).to.equal(null)
        passwords.set("squat", "chosen by Ada")
        expect((await byPassword("chosen by Ada")).session?.user.id).to.equal("squat")
        await byMail()
        expect(told).to.have.length(1)
      })

      it("keeps everyone out where the app fails to drop it", async () => {
        const { adapter, byMail } = await meet(() => ({
          firstProof: () => Promise.reject(new Error("The table of passwords is locked")),
        }))
        expect((await byMail()).session).to.equal(null)
        expect(adapter.rows.users.get("squat")?.emailVerified).to.equal(null)
      })

      it("is warned of where nothing drops it", async () => {
        const { logs, byPassword, byMail } = await meet()
        await byPassword("known to Eve")
        await byMail()
        await byPassword("known to Eve")
        expect(logs.map(({ text }) => text)).to.include("first-proof")
      })
    })

describe("S33: an account of ownUsers that a first proof removed", () => {
  const { start } = useAuthApps()
  const local = kinds["a Passport strategy with ownUsers"]

  async function meet() {
    const adapter = createExtendedAdapter()
    const mailbox = createMailbox()
    await adapter.createUser({ ...squatter, emailVerified: null })
    const provider = local?.(new Map([["squat", "a password"]]))
    if (!provider) throw new Error("There is no such provider")
    const app = await start({ adapter, providers: [provider, mailbox.provider] })
    const typeIn = async (agent: UserAgent) => {
      const page = await agent.get(`${app.url}/auth/signin`)
      const fields = { username: "squat", password: "a password" }
      return agent.submit(page, { formAction: /\/local$/, fields })
    }
    const byMail = async (agent: UserAgent) => {
      const page = await agent.get(`${app.url}/auth/signin`)
      await agent.submit(page, { formAction: /signin\/email$/, fields: { email: squatter.email } })
      await agent.submit(await agent.get(mailbox.link()))
    }
    return { ...app, adapter, typeIn, byMail }
  }

  it("does not come back by the old password", async () => {
    const { url, adapter, typeIn, byMail, logs } = await meet()
    await typeIn(new UserAgent())
    expect(adapter.rows.accounts.size).to.equal(1)
    await byMail(new UserAgent())
    expect(adapter.rows.accounts.size).to.equal(0)
    const eve = new UserAgent()
    const answer = await typeIn(eve)
    expect(redirectTarget(answer)).to.include("error=OAuthAccountNotLinked")
    expect(await sessionOf(eve, url)).to.equal(null)
    expect(adapter.rows.accounts.size).to.equal(0)
    expect(logs.map(({ level }) => level)).to.not.include("error")
  })

  it("is not made in the first place by a password set before the proof", async () => {
    const { url, typeIn, byMail } = await meet()
    await byMail(new UserAgent())
    const eve = new UserAgent()
    await typeIn(eve)
    expect(await sessionOf(eve, url)).to.equal(null)
  })

  it("is removed where the adapter cannot list accounts, too", async () => {
    const { adapter, typeIn, byMail } = await meet()
    Reflect.deleteProperty(adapter, "listAccounts")
    await typeIn(new UserAgent())
    await byMail(new UserAgent())
    expect(adapter.rows.accounts.size).to.equal(0)
  })

  it("is linked again by its owner, who is signed in", async () => {
    const { url, typeIn, byMail } = await meet()
    const ada = new UserAgent()
    await byMail(ada)
    const fields = { username: "squat", password: "a password", callbackUrl: "/account" }
    const linked = await ada.post(`${url}/auth/link/local`, { csrfToken: await csrfOf(ada, url), ...fields })
    expect(redirectTarget(linked)).to.equal(`${url}/account`)
    const again = new UserAgent()
    await typeIn(again)
    expect((await sessionOf(again, url))?.user.id).to.equal("squat")
  })
})
