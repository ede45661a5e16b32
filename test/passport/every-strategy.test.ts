import { expect } from "chai"
import { cookiesOf, sessionOf } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { rowsOf, signIn, startSignIn, usePassportApps } from "./apps.js"
import { strategyCases } from "./strategies.js"

const ada = { name: "Ada Lovelace", email: "ada@example.com" }

for (const [version, express] of expressVersions)
  describe(`Passport's strategies as providers on ${version}`, () => {
    const { start } = usePassportApps()

    for (const [name, strategyCase] of Object.entries(strategyCases))
      for (const strategy of ["jwt", "database"] as const)
        it(`${name} × ${strategy}: sign in, rows, session, guards, sign out`, async () => {
          const app = await start(strategyCase, { express, strategy })
          const { url, adapter } = app
          const agent = new UserAgent()
          const expectClosed = async (visitor: UserAgent) => {
            expect(await sessionOf(visitor, url)).to.equal(null)
            for (const path of ["/guarded", "/members"])
              expect(redirectTarget(await visitor.get(url + path)), path).to.match(/\/auth\/signin\b/)
          }
          await expectClosed(agent)

          const done = await signIn(agent, url, { ...strategyCase, callbackUrl: "/guarded" })
          expect(redirectTarget(done)).to.equal(`${url}/guarded`)
          const [user] = adapter.rows.users.values()
          const [account] = adapter.rows.accounts.values()
          expect(user).to.include(ada)
          const link = {
            provider: strategyCase.id,
            providerAccountId: "ada",
            userId: user?.id,
            type: "oauth",
          }
          expect(account).to.deep.equal(link)
          expect(rowsOf(app)).to.deep.equal({
            users: 1,
            accounts: 1,
            sessions: strategy === "database" ? 1 : 0,
          })

          const session = await sessionOf(agent, url)
          expect(session?.user).to.include({ ...ada, id: user?.id })
          expect(JSON.parse((await agent.get(`${url}/guarded`)).body).user).to.include(ada)
          const member = await agent.get(`${url}/members`)
          expect([member.status, JSON.parse(member.body).id]).to.deep.equal([200, user?.id])
          expect(Object.keys(await cookiesOf(agent, `${url}/auth/callback/x`)).join()).to.not.match(/state/)

          await agent.submit(await agent.get(`${url}/auth/signout`))
          await expectClosed(agent)
          expect(adapter.rows.sessions.size).to.equal(0)

          await signIn(agent, url, strategyCase)
          expect((await sessionOf(agent, url))?.user, "once more").to.deep.equal(session?.user)
          expect(rowsOf(app)).to.include({ users: 1, accounts: 1 })
        })

    for (const [name, strategyCase] of Object.entries(strategyCases))
      it(`${name} without a database: the same user at every sign-in, each to another of another provider`, async () => {
        const { url } = await start(strategyCase, {
          express,
          config: { adapter: undefined as never },
          others: ["other"],
        })
        const ids = []
        for (const id of [strategyCase.id, strategyCase.id, "other"]) {
          const agent = new UserAgent()
          await signIn(agent, url, { ...strategyCase, id })
          ids.push((await sessionOf(agent, url))?.user.id)
        }
        expect(ids[0]).to.be.a("string")
        expect(ids[1]).to.equal(ids[0])
        expect(ids[2]).to.be.a("string").and.not.equal(ids[0])
      })

    for (const [name, strategyCase] of Object.entries(strategyCases))
      it(`${name} starts only by a form of ours`, async () => {
        const { url } = await start(strategyCase, { express })
        const agent = new UserAgent()
        const page = await agent.get(
          `${url}/auth/signin/${strategyCase.id}?${new URLSearchParams(strategyCase.typed)}`,
        )
        expect([page.status, redirectTarget(page)]).to.deep.equal([200, undefined])
        for (const action of strategyCase.typed ? ["signin", "callback"] : ["signin"]) {
          const forged = await agent.post(`${url}/auth/${action}/${strategyCase.id}`, {
            ...strategyCase.typed,
          })
          expect(forged.status, action).to.equal(403)
        }
        expect(await sessionOf(agent, url)).to.equal(null)
        await startSignIn(agent, url, strategyCase)
      })
  })
