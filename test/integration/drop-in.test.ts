import * as theirs from "@auth/express"
import TheirCredentials from "@auth/express/providers/credentials"
import { expect } from "chai"
import type express from "express"
import type { Request, RequestHandler } from "express"
import * as ours from "express-authjs"
import OurCredentials from "express-authjs/providers/credentials"
import { cookiesOf, csrfOf, secret, sessionOf } from "../support/auth-apps.js"
import { expressVersions, type Listening, listen } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

/** What the documentation of `@auth/express` has an app import; types included. */
interface Package {
  ExpressAuth(config: theirs.ExpressAuthConfig): RequestHandler
  getSession(req: Request, config: theirs.ExpressAuthConfig): Promise<theirs.Session | null>
}
const packages: Record<string, Package> = { "@auth/express": theirs, "express-authjs": ours }

const authorize = ({ password }: { password?: unknown }) =>
  password === "right" ? { id: "1", name: "Ada Lovelace", email: "ada@example.com" } : null

for (const [version, newApp] of expressVersions)
  describe(`in place of @auth/express, on ${version}`, () => {
    let idp: OpenIdProvider
    const open: Listening[] = []

    before(async () => {
      idp = await startOpenIdProvider()
    })
    after(() => idp.close())
    afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

    /** An app as the documentation of `@auth/express` writes it; only the import differs. */
    function createApp({ ExpressAuth, getSession }: Package, mount: string): express.Express {
      const { issuer, clientId, clientSecret } = idp
      const credentials = { username: {}, password: { type: "password" } }
      const authConfig = {
        secret,
        trustHost: true,
        logger: { error: () => {}, warn: () => {} },
        providers: [
          { id: "demo", name: "Demo", type: "oidc" as const, issuer, clientId, clientSecret },
          TheirCredentials({ credentials, authorize }),
        ],
        callbacks: {
          jwt: ({ token, user }: { token: object; user?: object }) => ({
            ...token,
            ...(user && { role: "admin" }),
          }),
          session: ({ session, token }: { session: object; token: { role?: string } }) => ({
            ...session,
            role: token.role,
          }),
        },
      } as unknown as theirs.ExpressAuthConfig
      const app = newApp()
      app.set("trust proxy", true)
      app.use(mount, ExpressAuth(authConfig))
      app.use(async (req, res, next) => {
        res.locals.session = await getSession(req, authConfig)
        next()
      })
      app.get("/", (_req, res) => {
        const { session } = res.locals
        res.send(session ? `Hello ${session.user.name}, ${session.role}` : "Hello stranger")
      })
      return app
    }

    async function start(name: string, mount = "/auth"): Promise<string> {
      const used = packages[name]
      if (!used) throw new Error(`no package ${name}`)
      const server = await listen(createApp(used, mount))
      open.push(server)
      return server.url
    }

    async function signInWithPassword(agent: UserAgent, url: string) {
      const form = { csrfToken: await csrfOf(agent, url), username: "ada", password: "right" }
      return agent.post(`${url}/auth/callback/credentials`, form)
    }

    /** A browser with these cookies, at another address. */
    async function move(agent: UserAgent, from: string, to: string): Promise<UserAgent> {
      const moved = new UserAgent()
      for (const [name, value] of Object.entries(await cookiesOf(agent, from)))
        await moved.cookies.setCookie(`${name}=${value}; Path=/`, to)
      return moved
    }

    const mounts = version === "Express 4" ? ["/auth", "/auth/*"] : ["/auth", "/auth/*splat"]
    for (const name of Object.keys(packages))
      for (const mount of mounts.filter((one) => name === "express-authjs" || one !== "/auth/*splat"))
        it(`the same app runs with ${name} at ${mount}: in by both ways, and out`, async () => {
          const url = await start(name, mount)
          const agent = new UserAgent()
          expect((await agent.get(url)).body).to.equal("Hello stranger")
          await signInWithPassword(agent, url)
          expect((await agent.get(url)).body).to.equal("Hello Ada Lovelace, admin")
          expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
          const csrfToken = await csrfOf(agent, url)
          await agent.post(`${url}/auth/signout`, { csrfToken })
          expect((await agent.get(url)).body).to.equal("Hello stranger")
          const page = await agent.get(`${url}/auth/signin?callbackUrl=${encodeURIComponent(url)}`)
          const leaving = await agent.submit(page, { formAction: /signin\/demo$/ })
          const back = await signInAtProvider(agent, leaving, { name: "Grace Hopper" })
          expect(new URL(redirectTarget(back) ?? "").href).to.equal(`${url}/`)
          expect((await agent.get(url)).body).to.equal("Hello Grace Hopper, admin")
        })

    for (const [from, to] of [
      ["@auth/express", "express-authjs"],
      ["express-authjs", "@auth/express"],
    ] as const) {
      it(`a session that ${from} made is one for ${to}, until it signs out`, async () => {
        const before = await start(from)
        const after = await start(to)
        const agent = new UserAgent()
        await signInWithPassword(agent, before)
        const moved = await move(agent, before, after)
        expect((await moved.get(after)).body).to.equal("Hello Ada Lovelace, admin")
        expect((await sessionOf(moved, after))?.user.email).to.equal("ada@example.com")
        await moved.post(`${after}/auth/signout`, { csrfToken: await csrfOf(moved, after) })
        expect(await sessionOf(moved, after)).to.equal(null)
      })

      it(`a CSRF token that ${from} gave is taken by ${to}`, async () => {
        const before = await start(from)
        const after = await start(to)
        const agent = new UserAgent()
        const csrfToken = await csrfOf(agent, before)
        const moved = await move(agent, before, after)
        const form = { csrfToken, username: "ada", password: "right" }
        await moved.post(`${after}/auth/callback/credentials`, form)
        expect((await sessionOf(moved, after))?.user.name).to.equal("Ada Lovelace")
        expect(await csrfOf(moved, after)).to.equal(csrfToken)
      })
    }

    it("answers the session as before, with the user's id beside, and null for what is not known", async () => {
      const before = await start("@auth/express")
      const after = await start("express-authjs")
      const agent = new UserAgent()
      await signInWithPassword(agent, after)
      const now = await sessionOf(agent, after)
      const former = await sessionOf(await move(agent, after, before), before)
      expect(former).to.have.property("role", "admin")
      expect({ ...now, expires: "" }).to.deep.equal({
        ...{ ...former, user: { ...former?.user, id: "1", image: null }, expires: "" },
      })
    })

    it("answers Auth.js's browser client in the same shapes", async () => {
      const answers = []
      for (const name of Object.keys(packages)) {
        const url = await start(name)
        const agent = new UserAgent({ navigate: false })
        const form = { csrfToken: await csrfOf(agent, url), callbackUrl: url }
        const headers = { "x-auth-return-redirect": "1" }
        const seen = []
        for (const path of ["callback/credentials", "signin/demo", "signout"]) {
          const { status, body } = await agent.post(
            `${url}/auth/${path}`,
            { ...form, password: "wrong" },
            headers,
          )
          const { origin, pathname, searchParams } = new URL(JSON.parse(body).url)
          seen.push([
            path,
            status,
            origin === url,
            pathname,
            searchParams.get("error"),
            searchParams.get("code"),
          ])
        }
        answers.push(seen)
      }
      expect(answers[1]).to.deep.equal(answers[0])
    })
  })

describe("what @auth/express exports", () => {
  it("is exported here too", () => {
    expect(Object.keys(ours)).to.include.members(Object.keys(theirs))
    expect(OurCredentials({ authorize })).to.have.property("type", "credentials")
  })
})
