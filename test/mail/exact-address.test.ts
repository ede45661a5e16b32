import { expect } from "chai"
import { sessionOf, useAuthApps } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { UserAgent } from "../support/user-agent.js"

describe("S40: an address that the database takes for another user's", () => {
  const { start } = useAuthApps()

  /** An adapter whose database compares as MySQL does by default: without case and accents. */
  function createCollatingAdapter() {
    const adapter = createMemoryAdapter()
    const { compare } = new Intl.Collator("und", { sensitivity: "base" })
    adapter.getUserByEmail = async (email) =>
      [...adapter.rows.users.values()].find((user) => compare(user.email, email) === 0) ?? null
    return adapter
  }

  async function startWithAda(known = "ada@example.com") {
    const mailbox = createMailbox()
    const adapter = createCollatingAdapter()
    const { id } = await adapter.createUser({ id: "1", email: known, emailVerified: new Date() })
    const { url } = await start({ adapter, providers: [mailbox.provider] })
    async function signInByMail(email: string) {
      const agent = new UserAgent()
      await agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email } })
      await agent.submit(await agent.get(mailbox.link()))
      return (await sessionOf(agent, url))?.user.id
    }
    return { signInByMail, mailbox, ada: id }
  }

  for (const email of ["ada@exámple.com", "ádá@example.com", "adå@example.com"])
    it(`signs in as someone else: ${email}`, async () => {
      const { signInByMail, mailbox, ada } = await startWithAda()
      const found = await signInByMail(email)
      expect(mailbox.mails.map(({ identifier }) => identifier)).to.deep.equal([email])
      expect(found).to.be.a("string").and.not.equal(ada)
    })

  for (const known of ["ada@example.com", "Ada@Example.com"])
    it(`is the user's own where only its case differs: ${JSON.stringify(known)}`, async () => {
      const { signInByMail, ada } = await startWithAda(known)
      expect(await signInByMail("ADA@example.com")).to.equal(ada)
    })

  it("is the user's own when the adapter finds them by several addresses", async () => {
    const mailbox = createMailbox()
    const adapter = createMemoryAdapter()
    const user = await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: new Date() })
    adapter.getUserByEmail = async () => user
    const { url } = await start({ adapter, providers: [mailbox.provider] })
    const agent = new UserAgent()
    await agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email: "countess@example.org" } })
    await agent.submit(await agent.get(mailbox.link()))
    expect((await sessionOf(agent, url))?.user.id).to.equal(user.id)
  })
})
