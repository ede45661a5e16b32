import * as theirs from "@auth/express"
import { expect } from "chai"
import type express from "express"
import type { Request, RequestHandler } from "express"
import * as ours from "express-authjs"
import { expressVersions, type Listening, listen } from "./support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "./support/openid-provider.js"
import { signInAtProvider } from "./support/sign-in-at-provider.js"
import { UserAgent } from "./support/user-agent.js"

/** What both packages are to such an app, types included. */
interface Package {
  ExpressAuth(config: theirs.ExpressAuthConfig): RequestHandler
  getSession(req: Request, config: theirs.ExpressAuthConfig): Promise<theirs.Session | null>
}

/** An app as the documentation of @auth/express has it; only the import is a parameter. */
function createApp(
  { ExpressAuth, getSession }: Package,
  createExpress: typeof express,
  { issuer, clientId, clientSecret }: OpenIdProvider,
  mount: string,
) {
  const config: theirs.ExpressAuthConfig = {
    secret: "a secret of at least thirty-two characters",
    trustHost: true,
    logger: { warn: () => {} },
    providers: [
      { id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret, checks: ["pkce", "state"] },
    ],
  }
  const app = createExpress()
  app.set("trust proxy", true)
  app.use(mount, ExpressAuth(config))
  app.use(async (req, res, next) => {
    res.locals.session = await getSession(req, config)
    next()
  })
  app.get("/profile", (_req, res) => {
    const { session } = res.locals
    return session?.user ? res.send(`Hello ${session.user.name}`) : res.redirect("/auth/signin")
  })
  return app
}

for (const [version, createExpress] of expressVersions) {
  describe(`an app written for @auth/express, on ${version}`, () => {
    let provider: OpenIdProvider
    let before: Listening
    let after: Listening

    const [, express4 = createExpress] = expressVersions[0] ?? []
    const mount = version === "Express 4" ? "/auth/*" : "/auth/*splat"

    beforeEach(async () => {
      provider = await startOpenIdProvider()
      before = await listen(createApp(theirs, express4, provider, "/auth/*"))
      after = await listen(createApp(ours, createExpress, provider, mount))
    })
    afterEach(() => Promise.all([before.close(), after.close(), provider.close()]))

    async function signIn(agent: UserAgent, url: string): Promise<void> {
      const page = await agent.followAll(await agent.get(`${url}/profile`))
      const leaving = await agent.submit(page, { formAction: /signin\/demo/ })
      const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      await agent.followAll(back)
    }

    it("runs with only the import changed", async () => {
      const agent = new UserAgent()
      await signIn(agent, after.url)
      expect((await agent.get(`${after.url}/profile`)).body).to.equal("Hello Ada Lovelace")
    })

    // Cookies know no ports: one browser sees both apps as one.
    it("keeps people signed in who signed in before the change", async () => {
      const agent = new UserAgent()
      await signIn(agent, before.url)
      expect((await agent.get(`${after.url}/profile`)).body).to.equal("Hello Ada Lovelace")
    })

    it("keeps people signed in when the change is taken back", async () => {
      const agent = new UserAgent()
      await signIn(agent, after.url)
      expect((await agent.get(`${before.url}/profile`)).body).to.equal("Hello Ada Lovelace")
    })

    it("answers the session as before, with the user's id beside", async () => {
      const agent = new UserAgent()
      await signIn(agent, after.url)
      const session = async (url: string) => JSON.parse((await agent.get(`${url}/auth/session`)).body)
      const { id, ...user } = (await session(after.url)).user
      expect(id).to.be.a("string")
      expect(user).to.deep.equal((await session(before.url)).user)
    })
  })
}
