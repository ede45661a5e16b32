import { randomBytes } from "node:crypto"
import { expect } from "chai"
import { PassportProvider } from "express-authjs/passport"
import { sessionOf, startSignIn, UserAgent, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { redirectTarget, type Visit } from "../support/user-agent.js"

interface Actions {
  success(user: unknown): void
  redirect(url: string): void
}

interface Asked {
  method: string
  query: { RelayState?: string }
  body: Record<string, string>
}

const home = "https://home.example"
const xml = `<Response>${"<Attribute>value</Attribute>".repeat(400)}</Response>`

for (const [version, express] of expressVersions)
  describe(`a provider that posts its answer from another site, ${version}`, () => {
    const { start } = useAuthApps()

    /** Signs in as far as the provider's site; `post` is what its page posts, without a cookie of ours. */
    async function leave() {
      const got: Asked[] = []
      const strategy = {
        name: "posting",
        authenticate(this: unknown, req: Asked) {
          const actions = this as Actions
          got.push(req)
          if (req.method === "POST") actions.success({ id: req.body.who })
          else actions.redirect(`${home}/?RelayState=${req.query.RelayState}`)
        },
      }
      const app = await start({ providers: [PassportProvider({ id: "posting", strategy })] }, { express })
      const agent = new UserAgent()
      const there = await startSignIn(agent, app.url, { provider: "posting", callbackUrl: "/after" })
      const RelayState = new URL(redirectTarget(there) ?? "").searchParams.get("RelayState") ?? ""
      const page = (fields: Record<string, string>, browser = agent) =>
        browser.submit(toForm(app.url, { RelayState, ...fields }))
      return { ...app, agent, got, page }
    }

    function toForm(url: string, fields: Record<string, string>): Visit {
      const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`)
      const body = `<form method="post" action="${url}/auth/callback/posting">${inputs.join("")}</form>`
      return {
        ...{ url: home, method: "GET", status: 200, headers: new Headers(), setCookies: [], body },
        site: "none",
      }
    }

    it("is sent on by 303, and signs in", async () => {
      const { url, agent, page, got } = await leave()
      const SAMLResponse = Buffer.from(xml).toString("base64")
      const bounced = await page({ who: "ada", SAMLResponse })
      expect(bounced.status).to.equal(303)
      expect(bounced.headers.get("cache-control")).to.equal("private, no-store")
      const location = redirectTarget(bounced) ?? ""
      expect(location)
        .to.match(new RegExp(`^${url}/auth/callback/posting\\?posted=`))
        .and.not.contain("ada")
      const back = await agent.follow(bounced)
      expect(redirectTarget(back)).to.equal(`${url}/after`)
      expect(await sessionOf(agent, url)).to.not.equal(null)
      expect(got.at(-1)?.body).to.include({ who: "ada", SAMLResponse })
    })

    it("is posted again from our page when it is too long for a URL", async () => {
      const { url, agent, page, got } = await leave()
      const encrypted = randomBytes(30_000).toString("base64")
      const bounced = await page({ who: "ada", encrypted })
      expect(bounced.status).to.equal(200)
      expect(bounced.headers.get("content-security-policy")).to.contain("form-action 'self'")
      const back = await agent.submit(bounced)
      expect(redirectTarget(back)).to.equal(`${url}/after`)
      expect(got.at(-1)?.body.encrypted).to.equal(encrypted)
    })

    it("is refused where it is too large altogether", async () => {
      const { page } = await leave()
      const bounced = await page({ who: "ada", encrypted: randomBytes(70_000).toString("base64") })
      expect(bounced.status).to.equal(413)
    })

    it("is worth nothing in another browser, nor a second time", async () => {
      const { url, agent, page } = await leave()
      const bounced = await page({ who: "ada" })
      const victim = new UserAgent()
      expect(redirectTarget(await victim.get(redirectTarget(bounced) ?? ""))).to.contain("error=Expired")
      await agent.follow(bounced)
      await agent.cookies.removeAllCookies()
      expect(redirectTarget(await agent.get(redirectTarget(bounced) ?? ""))).to.contain("error=Expired")
      expect(await sessionOf(victim, url)).to.equal(null)
    })

    for (const posted of ["", "x", "a.b.c.d.e", "%00"])
      it(`takes ${JSON.stringify(posted)} in the address for nothing`, async () => {
        const { url, agent } = await leave()
        const answer = await agent.get(`${url}/auth/callback/posting?posted=${posted}`)
        expect(answer.status).to.be.below(500)
        expect(await sessionOf(agent, url)).to.equal(null)
      })
  })
