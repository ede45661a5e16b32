import { expect } from "chai"
import express from "express"
import { sessionOf } from "../support/auth-apps.js"
import { closeBrowser, sessionLines } from "../support/close-browser.js"
import { UserAgent } from "../support/user-agent.js"
import { takeWay, usePassportApps, wayBack } from "./apps.js"
import { type StrategyCase, strategyCases } from "./strategies.js"
import { people, useSurfaceApps } from "./surface-apps.js"

const strategies = ["jwt", "database"] as const

describe("staying signed in through a strategy of Passport's", () => {
  const { start } = usePassportApps()

  for (const [name, strategyCase] of Object.entries(strategyCases))
    for (const isTicked of [true, false])
      it(`is chosen on our page, whatever happens on the way: ${name}, ${isTicked ? "" : "not "}ticked`, async () => {
        const { url } = await start(strategyCase, {
          config: { session: { strategy: "jwt", remember: "ask" } },
        })
        const agent = new UserAgent()
        const answer = await visit(agent, url, strategyCase, isTicked ? { remember: "on" } : {})
        expect(sessionLines(answer)).to.have.lengthOf(1)
        expect(/expires|max-age/i.test(sessionLines(answer).join())).to.equal(isTicked)
      })

  async function visit(
    agent: UserAgent,
    url: string,
    { id, typed }: StrategyCase,
    ticked: Record<string, string>,
  ) {
    const page = await agent.get(`${url}/auth/signin/${id}`)
    const button = typed ? /Sign in/ : /Continue/
    const leaving = await agent.submit(page, { button, fields: { ...typed, ...ticked } })
    return typed ? leaving : takeWay(agent, await wayBack(agent, leaving))
  }

  it("keeps the tick after a wrong password", async () => {
    const { url } = await start(strategyCases["passport-local"] as StrategyCase, {
      config: { session: { strategy: "jwt", remember: "ask" } },
    })
    const agent = new UserAgent()
    const fields = { username: "ada", password: "wrong", remember: "on" }
    const page = await agent.submit(await agent.get(`${url}/auth/signin/local`), { fields })
    expect((await agent.followAll(page)).body).to.match(/name="remember"[^>]* checked/)
  })
})

describe("staying signed in by req.login()", () => {
  const { start } = useSurfaceApps()

  for (const strategy of strategies)
    for (const [options, fields, lasts] of [
      [{}, {}, false],
      [{}, { remember: "on" }, true],
      [{ remember: true }, {}, true],
      [{ remember: false }, { remember: "on" }, false],
    ] as [{ remember?: boolean }, Record<string, string>, boolean][])
      it(`is what option or body say: ${JSON.stringify([options, fields])} (${strategy})`, async () => {
        const { url } = await start({
          strategy,
          config: { session: { strategy, remember: "ask" } },
          routes: (app) => {
            app.post("/enter", (req, res, next) => {
              req.login(people[0] as Express.User, options, (error) => (error ? next(error) : res.send("In")))
            })
          },
          before: (app) => void app.use(express.urlencoded({ extended: false })),
        })
        const agent = new UserAgent()
        const lines = sessionLines(await agent.post(`${url}/enter`, fields))
        expect(lines).to.have.lengthOf(strategy === "database" ? 2 : 1)
        expect(lines.map((line) => /expires|max-age/i.test(line))).to.deep.equal(lines.map(() => lasts))
        await closeBrowser(agent)
        expect((await sessionOf(agent, url)) !== null).to.equal(lasts)
      })
})
