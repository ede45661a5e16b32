import { expect } from "chai"
import type { LinkAccountOptions } from "express-authjs"
import Passkey from "express-authjs/providers/passkey"
import { useAccountApps } from "../../support/account-apps.js"
import { signIn, UserAgent } from "../../support/auth-apps.js"
import { textOf } from "../../support/html-form.js"
import { createMailbox } from "../../support/mailbox.js"
import { askForOptions, registerPasskey, signInWithPasskey } from "../../support/passkey-visitor.js"
import { SoftwareAuthenticator } from "../../support/software-authenticator.js"
import { redirectTarget } from "../../support/user-agent.js"

/** Where the provider asks, and where the sign-in page says that another way is needed. */
const allowed = /response_type=code/
const unproven = /\/auth\/signin\?error=SessionRequired&code=unproven/

describe("changing how one signs in, after a sign-in that proves nothing", () => {
  const { start, demo } = useAccountApps()

  async function startWith(link: LinkAccountOptions = {}) {
    const mailbox = createMailbox()
    const providers = [demo(), demo({ id: "other", name: "Other" }), Passkey, mailbox.provider]
    const app = await start({ providers }, { link })
    const agent = new UserAgent()
    await signIn(agent, app.url)
    const tryToLink = async (who = agent) => redirectTarget(await who.post(`${app.url}/link/other`))
    const verify = async (emailVerified: Date | null) =>
      app.adapter.updateUser({ id: await app.userId(agent), emailVerified })
    return { ...app, agent, mailbox, tryToLink, verify }
  }

  for (const link of [{ trust: "oauth" }, { trust: ["github"] }] as never[])
    it(`is an error of the app's with ${JSON.stringify(link)}`, async () => {
      const { agent, url, adapter } = await startWith(link)
      const answer = await agent.post(`${url}/link/other`)
      expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([500, "ERR_AUTH_INVALID_OPTION"])
      expect(adapter.rows.accounts.size).to.equal(1)
    })

  it("is allowed to a user who has no stronger way to confirm", async () => {
    const { tryToLink, verify } = await startWith()
    await verify(null)
    expect(await tryToLink()).to.match(allowed)
  })

  it("is refused to a user with a verified address, and the page explains it", async () => {
    const { agent, url, tryToLink, verify } = await startWith()
    await verify(new Date())
    expect(await tryToLink()).to.match(unproven)
    const page = await agent.followAll(await agent.post(`${url}/link/other`))
    expect(textOf(page.body)).to.include("did not confirm that it is you.")
  })

  it("is refused to a user with a passkey, until they use it", async () => {
    const { agent, url, tryToLink, verify } = await startWith()
    await verify(null)
    const device = new SoftwareAuthenticator()
    await registerPasskey(agent, url, device)
    expect(await tryToLink()).to.match(unproven)
    const refused = await askForOptions(agent, url, { action: "register" })
    expect([refused.status, JSON.parse(refused.body).code]).to.deep.equal([401, "ERR_AUTH_UNPROVEN"])
    const other = new UserAgent()
    await signInWithPasskey(other, url, device)
    expect(await tryToLink(other)).to.match(allowed)
    expect((await askForOptions(other, url, { action: "register" })).status).to.equal(200)
  })

  it("is allowed to every user, or to none, as the app configures it", async () => {
    const all = await startWith({ trust: ["oidc"] })
    await all.verify(new Date())
    expect(await all.tryToLink()).to.match(allowed)
    const none = await startWith({ trust: [] })
    await none.verify(null)
    expect(await none.tryToLink()).to.match(unproven)
    const others = await startWith({ trust: ["oauth"] })
    expect(await others.tryToLink()).to.match(unproven)
  })

  it("answers 503 while the database cannot be asked what else there is", async () => {
    const app = await startWith()
    app.adapter.listAuthenticatorsByUserId = () => Promise.reject(new Error("down"))
    await app.verify(null)
    const answer = await app.agent.post(`${app.url}/link/other`, {}, { accept: "application/json" })
    expect(answer.status).to.equal(503)
  })

  it("holds for the built-in routes and for unlinking", async () => {
    const { agent, url, verify } = await startWith()
    await verify(new Date())
    const csrfToken = JSON.parse((await agent.get(`${url}/auth/csrf`)).body).csrfToken
    for (const route of ["link/other", "unlink/demo"])
      expect(redirectTarget(await agent.post(`${url}/auth/${route}`, { csrfToken })), route).to.match(
        unproven,
      )
  })
})
