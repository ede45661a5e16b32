import { expect } from "chai"
import { memoryRevocation } from "express-authjs"
import { link, useAccountApps } from "../support/account-apps.js"
import { sessionOf, signIn } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { UserAgent, type Visit } from "../support/user-agent.js"

for (const strategy of ["jwt", "database"] as const)
  describe(`S17: an address registered at a provider, then proven by mail, ${strategy}`, () => {
    const { start, demo } = useAccountApps()

    /** Eve has registered Ada's address at a provider that does not ask; then Ada comes, by mail. */
    async function meet({ vouched = false } = {}) {
      const mailbox = createMailbox()
      const app = await start({
        session: { strategy },
        revocation: memoryRevocation(),
        providers: [demo(), mailbox.provider],
      })
      const { accounts, authenticators } = app.adapter.rows
      const eve = new UserAgent()
      await signIn(eve, app.url)
      const id = String((await sessionOf(eve, app.url))?.user.id)
      for (const [key, row] of accounts) accounts.set(key, vouchedFor(row, vouched))
      await app.adapter.createAuthenticator(passkeyOf(id))
      const ada = new UserAgent()
      return { app, eve, ada, id, mailbox, accounts, authenticators }
    }

    async function signInByMail(agent: UserAgent, url: string, mailbox: ReturnType<typeof createMailbox>) {
      await agent.submit(await agent.get(`${url}/auth/signin`), {
        formAction: /signin\/email$/,
        fields: { email: "ada@example.com" },
      })
      return agent.submit(await agent.get(mailbox.link()))
    }

    it("belongs to the recipient of the mail: earlier accounts, passkeys and sessions are gone", async () => {
      const { app, eve, ada, id, mailbox, accounts, authenticators } = await meet()
      await signInByMail(ada, app.url, mailbox)
      expect((await sessionOf(ada, app.url))?.user.id).to.equal(id)
      expect([accounts.size, authenticators.size]).to.deep.equal([0, 0])
      expect(await sessionOf(eve, app.url)).to.equal(null)
      const back: Visit = await signIn(new UserAgent(), app.url)
      expect(back.headers.get("location")).to.include("error=OAuthAccountNotLinked")
    })

    it("keeps what was added after the proof", async () => {
      const { app, ada, id, mailbox, authenticators } = await meet()
      await signInByMail(ada, app.url, mailbox)
      await app.adapter.createAuthenticator(passkeyOf(id))
      await signInByMail(new UserAgent(), app.url, mailbox)
      expect(authenticators.size).to.equal(1)
      expect((await sessionOf(ada, app.url))?.user.id).to.equal(id)
    })

    it("refuses the sign-in when earlier credentials cannot be removed", async () => {
      const { app, ada, mailbox } = await meet()
      app.adapter.unlinkAccount = () => Promise.reject<undefined>(new Error("The database is gone"))
      await signInByMail(ada, app.url, mailbox)
      expect(await sessionOf(ada, app.url)).to.equal(null)
    })

    it("reports an adapter that cannot find the accounts", async () => {
      const { app, ada, id, mailbox } = await meet()
      Reflect.deleteProperty(app.adapter, "listAccounts")
      await signInByMail(ada, app.url, mailbox)
      expect((await sessionOf(ada, app.url))?.user.id).to.equal(id)
      expect(app.logs.map(({ text }) => text)).to.include("unproven-accounts")
    })

    it("keeps an account whose provider has proven the same address", async () => {
      const { app, ada, mailbox, accounts } = await meet({ vouched: true })
      await signInByMail(ada, app.url, mailbox)
      expect([...accounts.keys()]).to.deep.equal(["demo:ada"])
    })
  })

function vouchedFor<Row extends object>(row: Row, email_verified: boolean): Row {
  const claims = { email: "Ada@example.com", email_verified }
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
  return { ...row, id_token: `${part({ alg: "RS256" })}.${part(claims)}.c2ln` }
}

function passkeyOf(userId: string) {
  return {
    userId,
    credentialID: "ZXZl",
    providerAccountId: "ZXZl",
    credentialPublicKey: "a2V5",
    counter: 0,
    credentialDeviceType: "singleDevice",
    credentialBackedUp: false,
    transports: null,
  }
}

for (const strategy of ["jwt", "database"] as const)
  describe(`S17: an address registered by a stranger, then brought by a provider the app trusts, ${strategy}`, () => {
    const { start, demo } = useAccountApps()

    /** Eve's user has Ada's address, a passkey, and an account each at a provider the app trusts and at one it does not. */
    async function meet() {
      const trusted = { allowDangerousEmailAccountLinking: true }
      const app = await start({
        session: { strategy },
        revocation: memoryRevocation(),
        providers: [demo(trusted), demo({ id: "other" }), demo({ id: "third", ...trusted })],
      })
      const { accounts, authenticators, users } = app.adapter.rows
      await app.adapter.createUser({ id: "eves", email: "ada@example.com", emailVerified: null })
      for (const provider of ["other", "third"])
        await app.adapter.linkAccount({ provider, providerAccountId: "eve", type: "oidc", userId: "eves" })
      await app.adapter.createAuthenticator(passkeyOf("eves"))
      return { ...app, accounts, authenticators, users }
    }

    it("is rid of the passkeys and accounts that prove nothing, once", async () => {
      const { url, accounts, authenticators, users, adapter } = await meet()
      const ada = new UserAgent()
      await signIn(ada, url)
      expect((await sessionOf(ada, url))?.user.id).to.equal("eves")
      expect([...accounts.keys()].sort()).to.deep.equal(["demo:ada", "third:eve"])
      expect([authenticators.size, users.get("eves")?.emailVerified]).to.satisfy(
        ([passkeys, verified]: unknown[]) => passkeys === 0 && verified instanceof Date,
      )
      await adapter.createAuthenticator(passkeyOf("eves"))
      const again = new UserAgent()
      await signIn(again, url, { provider: "third" })
      expect((await sessionOf(again, url))?.user.id).to.equal("eves")
      expect(authenticators.size).to.equal(1)
      expect((await sessionOf(ada, url))?.user.id).to.equal("eves")
    })

    it("keeps everything where the owner links the account while signed in", async () => {
      const { url, signInAda, adapter } = await start({
        session: { strategy },
        providers: [demo(), demo({ id: "other", allowDangerousEmailAccountLinking: true })],
      })
      const ada = await signInAda()
      const id = String((await sessionOf(ada, url))?.user.id)
      await adapter.createAuthenticator(passkeyOf(id))
      await link(ada, url)
      expect([...adapter.rows.accounts.keys()]).to.deep.equal(["demo:ada", "other:ada"])
      expect(adapter.rows.authenticators.size).to.equal(1)
    })
  })
