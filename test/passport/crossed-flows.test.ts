import { expect } from "chai"
import { cookiesOf, sessionOf } from "../support/auth-apps.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import {
  copyCookies,
  type PassportApp,
  rowsOf,
  signIn,
  startSignIn,
  takeWay,
  usePassportApps,
  type WayBack,
  wayBack,
} from "./apps.js"
import { strategyCases } from "./strategies.js"

const redirecting = Object.entries(strategyCases).filter(([, { typed }]) => !typed)
const nothing = { users: 0, accounts: 0, sessions: 0 }

for (const [name, strategyCase] of redirecting)
  describe(`S4, S6: flows of ${name} that do not belong together`, () => {
    const { start } = usePassportApps()
    const startOne = () => start(strategyCase, { strategy: "database", others: ["other"] })

    async function expectNothing(app: PassportApp, agent: UserAgent): Promise<void> {
      expect(await sessionOf(agent, app.url)).to.equal(null)
      expect(rowsOf(app)).to.deep.equal(nothing)
    }

    /** Goes to the provider and stops before the last step. */
    const goThere = async (agent: UserAgent, { url }: PassportApp, choice = {}) =>
      wayBack(agent, await startSignIn(agent, url, { ...strategyCase, ...choice }))

    it("a callback in a browser that started no flow", async () => {
      const app = await startOne()
      const way = await goThere(new UserAgent(), app)
      const victim = new UserAgent()
      expect(redirectTarget(await takeWay(victim, way))).to.equal(`${app.url}/auth/error?error=Expired`)
      await expectNothing(app, victim)
    })

    it("login CSRF: another browser's callback in a browser that has started a sign-in", async () => {
      const app = await startOne()
      const victim = new UserAgent()
      const own = await goThere(victim, app)
      const planted = await goThere(new UserAgent(), app)
      expect(redirectTarget(await takeWay(victim, planted))).to.equal(`${app.url}/auth/error?error=Expired`)
      await expectNothing(app, victim)
      expect(redirectTarget(await takeWay(victim, own)), "the own sign-in").to.equal(`${app.url}/`)
    })

    it("start at one provider, finish at another", async () => {
      const app = await startOne()
      const agent = new UserAgent()
      const way = await goThere(agent, app)
      const answer = await takeWay(agent, way, (text) =>
        text.replace(`/callback/${strategyCase.id}`, "/callback/other"),
      )
      expect(redirectTarget(answer)).to.equal(`${app.url}/auth/error?error=Expired`)
      await expectNothing(app, agent)
    })

    it("a callback replayed, in the same browser and with a copy of its cookies", async () => {
      const app = await startOne()
      const agent = new UserAgent()
      const way = await goThere(agent, app)
      const thief = new UserAgent()
      await copyCookies(agent, thief, app.url)
      expect(redirectTarget(await takeWay(agent, way))).to.equal(`${app.url}/`)
      const session = await sessionOf(agent, app.url)
      await takeWay(agent, way)
      expect((await sessionOf(agent, app.url))?.user).to.deep.equal(session?.user)
      await takeWay(thief, way)
      expect(await sessionOf(thief, app.url)).to.equal(null)
      expect(rowsOf(app)).to.deep.equal({ users: 1, accounts: 1, sessions: 1 })
    })

    it("three tabs finish out of order, each at its own page", async () => {
      const app = await startOne()
      const agent = new UserAgent()
      const ways = []
      for (const tab of [0, 1, 2])
        ways.push(await goThere(agent, app, { callbackUrl: `/guarded?tab=${tab}` }))
      for (const tab of [2, 0, 1]) {
        const way = ways[tab]
        if (!way) throw new Error("There are three tabs")
        expect(redirectTarget(await takeWay(agent, way))).to.equal(`${app.url}/guarded?tab=${tab}`)
      }
      expect(rowsOf(app)).to.deep.equal({ users: 1, accounts: 1, sessions: 1 })
    })

    it("a callback with nothing in it, whatever the method", async () => {
      const app = await startOne()
      const agent = new UserAgent()
      await startSignIn(agent, app.url, strategyCase)
      const callback = `${app.url}/auth/callback/${strategyCase.id}`
      const answers = [
        await agent.get(callback),
        await agent.post(callback),
        await agent.post(callback, {}, crossSite),
      ]
      for (const answer of answers) {
        const last = await agent.followAll(answer)
        expect(last.status).to.be.within(400, 499)
      }
      await expectNothing(app, agent)
    })

    it("S39: an answer in which a parameter is repeated", async () => {
      const app = await startOne()
      const agent = new UserAgent()
      const way = await goThere(agent, app)
      for (const repeated of repeats(way)) {
        expect(redirectTarget(await takeWay(agent, repeated)), JSON.stringify(repeated)).to.equal(
          `${app.url}/auth/error?error=Expired`,
        )
        await expectNothing(app, agent)
      }
      expect(redirectTarget(await takeWay(agent, way)), "the answer as it was").to.equal(`${app.url}/`)
    })

    it("S12: the session before is dead, a planted one too", async () => {
      const app = await start(strategyCase, { strategy: "database" })
      const agent = new UserAgent()
      await agent.cookies.setCookie("authjs.session-token=planted; Path=/; HttpOnly", app.url)
      await signIn(agent, app.url, strategyCase)
      const first = (await cookiesOf(agent, app.url))["authjs.session-token"]
      expect(first).to.be.a("string").and.not.equal("planted")
      await signIn(agent, app.url, { ...strategyCase, name: "Grace Hopper" })
      const second = (await cookiesOf(agent, app.url))["authjs.session-token"]
      expect(second).to.be.a("string").and.not.equal(first)
      const thief = new UserAgent()
      await thief.cookies.setCookie(`authjs.session-token=${first}; Path=/`, app.url)
      expect(await sessionOf(thief, app.url)).to.equal(null)
      expect(app.adapter.rows.sessions.size).to.equal(1)
    })
  })

const crossSite = { "sec-fetch-site": "cross-site", origin: "https://idp.example" }

/** The way back with each of its parameters repeated, once before and once after the real one. */
function repeats(way: WayBack): WayBack[] {
  if ("page" in way) {
    const inputs = way.page.body.match(/<input[^>]*name="[^"]*"[^>]*>/g) ?? []
    expect(inputs).to.not.deep.equal([])
    return inputs.flatMap((input) => {
      const other = input.replace(/value="[^"]*"/, 'value="other"')
      return [input + other, other + input].map((both) => ({
        page: { ...way.page, body: way.page.body.replace(input, both) },
      }))
    })
  }
  const url = new URL(way.url)
  return [...url.searchParams].flatMap(([name, value]) =>
    [
      [value, "other"],
      ["other", value],
    ].map((both) => {
      const repeated = new URL(url)
      repeated.searchParams.delete(name)
      for (const one of both) repeated.searchParams.append(name, one)
      return { url: repeated.href }
    }),
  )
}
