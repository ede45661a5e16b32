import { expect } from "chai"
import type { Express } from "express"
import type { ExpressAuthHandler } from "express-authjs"
import { database, migrate } from "express-authjs/database"
import helmet from "helmet"
import { sessionOf } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { signIn, startSignIn, usePassportApps, wayBack } from "./apps.js"
import { strategyCases } from "./strategies.js"

const ada = { name: "Ada Lovelace", email: "ada@example.com" }

for (const [version, express] of expressVersions)
  describe(`Passport's strategies in all sorts of apps on ${version}`, () => {
    const { start, keep } = usePassportApps()

    const nested = (app: Express, auth: ExpressAuthHandler) =>
      app.use("/one", express.Router().use("/two", express.Router().use("/auth", auth)))
    const parsers = (app: Express) =>
      app.use(helmet(), express.urlencoded({ extended: true }), express.json())

    for (const [name, strategyCase] of Object.entries(strategyCases)) {
      it(`${name} in nested routers, behind Helmet and the app's own body parsers`, async () => {
        const app = await start(strategyCase, { express, base: "/one/two", mount: nested, before: parsers })
        const agent = new UserAgent()
        const done = await signIn(agent, app.url, { ...strategyCase, callbackUrl: "/guarded" })
        expect(redirectTarget(done)).to.match(/^http:\/\/localhost:\d+\/guarded$/)
        expect((await sessionOf(agent, app.url))?.user).to.include(ada)
      })

      it(`${name} with our own database, JWT and database sessions`, async () => {
        const adapter = database("sqlite::memory:")
        keep(adapter)
        await migrate(adapter)
        for (const strategy of ["jwt", "database"] as const) {
          const { url } = await start(strategyCase, { express, strategy, config: { adapter } })
          const agent = new UserAgent()
          await signIn(agent, url, strategyCase)
          const session = await sessionOf(agent, url)
          const account = { provider: strategyCase.id, providerAccountId: "ada" }
          const row = await adapter.getUserByAccount(account)
          expect(row).to.include({ ...ada, id: session?.user.id })
          expect(await adapter.listAccounts(row?.id ?? "")).to.have.length(1)
        }
      })
    }

    for (const [name, strategyCase] of Object.entries(strategyCases).filter(([, { typed }]) => !typed))
      it(`${name} uses nothing up on HEAD`, async () => {
        const { url } = await start(strategyCase, { express })
        const agent = new UserAgent()
        const way = await wayBack(agent, await startSignIn(agent, url, strategyCase))
        const posted = "page" in way ? await agent.submit(way.page) : undefined
        const target = "url" in way ? way.url : ((posted && redirectTarget(posted)) ?? "")
        const cookie = await agent.cookies.getCookieString(target)
        const head = await fetch(target, { method: "HEAD", headers: { cookie }, redirect: "manual" })
        expect(head.headers.getSetCookie()).to.deep.equal([])
        expect(redirectTarget(await agent.get(target))).to.equal(`${url}/`)
      })
  })
