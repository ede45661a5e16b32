import { expect } from "chai"
import type { UnlinkAccountOptions } from "express-authjs"
import { database } from "express-authjs/database"
import { link, useAccountApps } from "../../support/account-apps.js"
import { csrfOf, sessionOf } from "../../support/auth-apps.js"
import { expressVersions } from "../../support/listen.js"
import { createMailbox } from "../../support/mailbox.js"
import { redirectTarget, UserAgent } from "../../support/user-agent.js"

const json = { accept: "application/json", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }

for (const strategy of ["jwt", "database"] as const)
  for (const [version, express] of expressVersions)
    describe(`auth.unlinkAccount(), ${strategy}, ${version}`, () => {
      const { start } = useAccountApps()

      async function startLinked(unlink: UnlinkAccountOptions = {}) {
        const app = await start({ session: { strategy } }, { express, unlink })
        const agent = await app.signInAda()
        await link(agent, app.url)
        return { ...app, agent, keys: () => [...app.adapter.rows.accounts.keys()] }
      }

      it("removes an account, and keeps the session", async () => {
        const { url, agent, keys } = await startLinked()
        const answer = await agent.post(`${url}/unlink/demo`)
        expect(redirectTarget(answer)).to.equal(`${url}/account`)
        expect(keys()).to.deep.equal(["other:ada"])
        expect(await sessionOf(agent, url)).to.not.equal(null)
      })

      it("never removes the last way to sign in", async () => {
        const { url, agent, keys } = await startLinked()
        await agent.post(`${url}/unlink/demo`)
        const page = await agent.post(`${url}/unlink/other`)
        expect([page.status, page.body.includes("your only way to sign in")]).to.deep.equal([409, true])
        const problem = await agent.post(`${url}/unlink/other`, {}, json)
        expect([problem.status, JSON.parse(problem.body).code]).to.deep.equal([409, "ERR_AUTH_LAST_METHOD"])
        expect(keys()).to.deep.equal(["other:ada"])
      })

      it("leaves one of two that are removed at once", async () => {
        const { url, agent, keys, adapter } = await startLinked()
        const { unlinkAccount } = adapter
        adapter.unlinkAccount = async (account) => {
          await new Promise((resolve) => setTimeout(resolve, 30))
          await unlinkAccount(account)
        }
        const answers = await Promise.all([
          agent.post(`${url}/unlink/demo`),
          agent.post(`${url}/unlink/other`),
        ])
        expect(answers.map(({ status }) => status).sort()).to.deep.equal([302, 409])
        expect(keys()).to.have.length(1)
      })

      it("asks for a recent sign-in", async () => {
        const { url, agent, keys } = await startLinked({ maxAge: 0 })
        await new Promise((resolve) => setTimeout(resolve, 5))
        expect(redirectTarget(await agent.post(`${url}/unlink/demo`))).to.include("code=reauthenticate")
        expect(redirectTarget(await new UserAgent().post(`${url}/unlink/demo`))).to.include("SessionRequired")
        expect(keys()).to.have.length(2)
      })
    })

describe("auth.unlinkAccount()", () => {
  const { start, demo } = useAccountApps()

  it("takes the app's word for a password", async () => {
    const { url, adapter, signInAda } = await start({}, { unlink: { hasOtherMethod: true } })
    const agent = await signInAda()
    expect(redirectTarget(await agent.post(`${url}/unlink/demo`))).to.equal(`${url}/account`)
    expect(adapter.rows.accounts.size).to.equal(0)
  })

  it("counts an address that is verified, where mail can be sent", async () => {
    for (const [emailVerified, status] of [
      [null, 409],
      [new Date(), 302],
    ] as const) {
      const { url, adapter, signInAda, userId } = await start({
        providers: [demo(), createMailbox().provider],
      })
      const agent = await signInAda()
      await adapter.updateUser({ id: await userId(agent), emailVerified })
      expect((await agent.post(`${url}/unlink/demo`)).status).to.equal(status)
    }
  })

  it("does not count accounts at providers that are no longer configured, nor a verified address without mail", async () => {
    const { url, adapter, signInAda, userId } = await start()
    const agent = await signInAda()
    const id = await userId(agent)
    await adapter.updateUser({ id, emailVerified: new Date() })
    await adapter.linkAccount({ userId: id, type: "oauth", provider: "gone", providerAccountId: "1" })
    expect((await agent.post(`${url}/unlink/demo`)).status).to.equal(409)
    expect((await agent.post(`${url}/unlink/gone`)).status).to.equal(302)
    expect([...adapter.rows.accounts.keys()]).to.deep.equal(["demo:ada"])
  })

  it("removes no account of another user, and nothing for an unknown one", async () => {
    const { url, adapter, signInAda } = await start({}, { unlink: { providerAccountId: "grace" } })
    const agent = await signInAda()
    await link(agent, url)
    await adapter.linkAccount({ userId: "x", type: "oidc", provider: "demo", providerAccountId: "grace" })
    expect((await agent.post(`${url}/unlink/demo`)).status).to.equal(302)
    expect((await agent.post(`${url}/unlink/unknown`)).status).to.equal(302)
    expect(adapter.rows.accounts.size).to.equal(3)
  })

  it("works with our own adapter, either kind of session", async () => {
    for (const strategy of ["jwt", "database"] as const) {
      const adapter = database("sqlite::memory:", { migrate: true })
      const { url, signInAda, userId } = await start({ adapter, session: { strategy } })
      const agent = await signInAda()
      await link(agent, url, { name: "Grace Hopper" })
      const providers = async () =>
        (await adapter.listAccounts(await userId(agent))).map(({ provider }) => provider)
      expect((await providers()).sort()).to.deep.equal(["demo", "other"])
      expect((await agent.post(`${url}/unlink/demo`)).status).to.equal(302)
      expect((await agent.post(`${url}/unlink/other`)).status).to.equal(409)
      expect(await providers()).to.deep.equal(["other"])
      await adapter.close()
    }
  })

  it("wants to know which of several", async () => {
    const { url, adapter, signInAda } = await start()
    const agent = await signInAda()
    await link(agent, url, { provider: "demo", name: "Grace Hopper" })
    const problem = await agent.post(`${url}/unlink/demo`, {}, json)
    expect([problem.status, JSON.parse(problem.body).code]).to.deep.equal([409, "ERR_AUTH_UNLINK"])
    const csrfToken = await csrfOf(agent, url)
    const form = { csrfToken, callbackUrl: "/settings", providerAccountId: "grace" }
    const done = await agent.post(`${url}/auth/unlink/demo`, form)
    expect(redirectTarget(done)).to.equal(`${url}/settings`)
    expect([...adapter.rows.accounts.keys()]).to.deep.equal(["demo:ada"])
  })

  it("names the methods that the adapter lacks", async () => {
    const { url, signInAda, adapter } = await start()
    const agent = await signInAda()
    Reflect.deleteProperty(adapter, "listAccounts")
    const answer = await agent.post(`${url}/unlink/demo`)
    expect([answer.status, JSON.parse(answer.body).code]).to.deep.equal([500, "ERR_AUTH_ADAPTER_METHOD"])
  })

  it("S19: is refused without a token, for another site, and on GET", async () => {
    const { url, signInAda } = await start()
    const agent = await signInAda()
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" }
    expect((await agent.post(`${url}/auth/unlink/demo`)).status).to.equal(403)
    expect((await agent.post(`${url}/unlink/demo`, {}, foreign)).status).to.equal(403)
    expect((await agent.get(`${url}/auth/unlink/demo`)).status).to.equal(405)
  })
})
