import { expect } from "chai"
import type { Application, Express, RequestHandler } from "express"
import { ExpressAuth, type ExpressAuthConfig, type GuardOptions } from "express-authjs"
import request from "supertest"
import { credentialsConfig, signInByName } from "../support/credentials-app.js"
import { expressVersions } from "../support/listen.js"
import { rawRequest } from "../support/raw-request.js"
import { recordingLogger } from "../support/recording-logger.js"
import { withEnvironment } from "../support/with-environment.js"

const browser = "text/html,application/xhtml+xml,*/*;q=0.8"

/** A session callback that sets the given properties on `user`. */
function withUser(more: object): Partial<ExpressAuthConfig> {
  return { callbacks: { session: ({ session }) => ({ ...session, user: { ...session.user, ...more } }) } }
}

for (const [version, express] of expressVersions) {
  interface Start {
    guard?: GuardOptions
    config?: Partial<ExpressAuthConfig>
    handler?: RequestHandler
    prepare?(app: Express): unknown
  }

  function start({ guard, config = {}, handler, prepare }: Start = {}): Application {
    const auth = ExpressAuth(credentialsConfig(config))
    const app = express()
    app.set("env", "test")
    prepare?.(app)
    app.use("/auth", auth)
    app.use(auth.requireAuth(guard), handler ?? ((req, res) => void res.send(`Hello ${req.auth?.user.name}`)))
    return app
  }

  describe(`requireAuth on ${version}: an anonymous request`, () => {
    it("sends a browser that opens a page to sign in, and back to where it was", async () => {
      const { headers } = await request(start()).get("/a?b=c&d=%26").set("accept", browser).expect(302)
      const location = new URL(headers.location ?? "", "http://x")
      expect(location.pathname).to.equal("/auth/signin")
      expect(new URL(location.searchParams.get("callbackUrl") ?? "").pathname).to.equal("/a")
      expect(location.searchParams.get("callbackUrl")).to.match(/\/a\?b=c&d=%26$/)
      expect(headers["cache-control"]).to.equal("private, no-store")
      expect(headers.vary).to.include("Accept").and.include("Cookie")
    })

    it("sends it to a page of the app's own, where there is one", async () => {
      const app = start({ config: { pages: { signIn: "/login?a=b" } } })
      const { location } = (await request(app).get("/x").set("accept", browser).expect(302)).headers
      expect(location).to.match(/^\/login\?a=b&callbackUrl=http/)
    })

    it("answers 401 to all other requests, never a redirect", async () => {
      const clients: Record<string, string>[] = [
        { accept: "application/json" },
        { accept: "*/*" },
        { accept: browser, "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
        { accept: browser, "x-requested-with": "XMLHttpRequest" },
        { accept: "image/*", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
      ]
      for (const client of clients) {
        const { headers, body } = await request(start()).get("/").set(client).expect(401)
        expect(headers["content-type"]).to.match(/^application\/problem\+json/)
        expect(headers["www-authenticate"]).to.equal('Session realm="app"')
        expect(headers).not.to.have.property("location")
        expect(body).to.include({ status: 401, code: "ERR_AUTH_UNAUTHENTICATED" })
      }
    })

    it("answers 401 to a form that was posted: a redirect would lose it", async () => {
      for (const method of ["post", "put", "delete"] as const)
        await request(start())[method]("/").set("accept", browser).expect(401)
    })

    it("tells htmx where to go, and back to the page that is shown", async () => {
      const htmx = { "hx-request": "true", accept: "text/html, */*", host: "app.example" }
      const shown = await request(start())
        .get("/part")
        .set({ ...htmx, "hx-current-url": "http://app.example/page?a=1" })
      expect(shown.status).to.equal(401)
      expect(shown.headers["hx-redirect"]).to.equal(
        "/auth/signin?callbackUrl=http%3A%2F%2Fapp.example%2Fpage%3Fa%3D1",
      )
      const forged = await request(start())
        .post("/part")
        .set({ ...htmx, "hx-current-url": "https://evil.example/" })
      expect(forged.headers["hx-redirect"]).to.equal(
        "/auth/signin?callbackUrl=http%3A%2F%2Fapp.example%2Fpart",
      )
    })

    it("S7 comes back to our origin, whatever the path looks like", async () => {
      const targets = [
        "//evil.example/",
        "/\\evil.example",
        "//evil.example/%2f..",
        "http://evil.example/a?b=1",
        "/..//evil.example",
      ]
      const app = start()
      for (const target of targets) {
        const { status, headers } = await rawRequest(app, target, {
          headers: { host: "app.example", accept: browser },
        })
        expect(status, target).to.equal(302)
        const location = new URL(String(headers.location), "http://app.example")
        expect(location.origin, target).to.equal("http://app.example")
        expect(new URL(location.searchParams.get("callbackUrl") ?? "").origin, target).to.equal(
          "http://app.example",
        )
      }
    })

    it("lets the route respond itself, and forwards its failure", async () => {
      const teapot: RequestHandler = (_req, res) => void res.status(418).end()
      await request(start({ guard: { onAnonymous: teapot } }))
        .get("/")
        .set("accept", browser)
        .expect(418)
      const failing: RequestHandler = async () => {
        throw Object.assign(new Error("no"), { status: 502 })
      }
      await request(start({ guard: { onAnonymous: failing } }))
        .get("/")
        .expect(502)
    })
  })

  describe(`requireAuth on ${version}: a signed-in user`, () => {
    const visit = async (options: Start, accept = browser) =>
      (await signInByName(start(options), "/auth")).get("/x").set("accept", accept)

    it("lets them pass, and keeps what they see out of caches", async () => {
      const { status, text, headers } = await visit({})
      expect([status, text]).to.deep.equal([200, "Hello Ada"])
      expect(headers["cache-control"]).to.equal("private, no-store")
    })

    it("keeps a Cache-Control that the route or earlier middleware sets", async () => {
      const handler: RequestHandler = (_req, res) =>
        void res.set("cache-control", "public, max-age=60").send("x")
      expect((await visit({ handler })).headers["cache-control"]).to.equal("public, max-age=60")
      const prepare = (app: Express) =>
        app.use("/x", (_req, res, next) => {
          res.set("cache-control", "private, max-age=5")
          next()
        })
      expect((await visit({ prepare })).headers["cache-control"]).to.equal("private, max-age=5")
    })

    it("admits a user who has one of the roles", async () => {
      const guard = { roles: ["admin", "editor"] }
      for (const user of [
        { role: "admin" },
        { roles: ["reader", "editor"] },
        { role: "x", roles: ["admin"] },
      ])
        expect((await visit({ guard, config: withUser(user) })).status, JSON.stringify(user)).to.equal(200)
      const others = [
        {},
        { role: "reader" },
        { roles: [] },
        { role: "administrator" },
        { roles: { admin: true } },
        { role: null },
      ]
      for (const user of others)
        expect((await visit({ guard, config: withUser(user) })).status, JSON.stringify(user)).to.equal(403)
    })

    it("admits a user when allow returns or resolves to true, and for no other value", async () => {
      // biome-ignore lint/suspicious/noThenProperty: what query builders return
      const thenable = { then: (resolve: (value: boolean) => void) => resolve(true) }
      for (const said of [true, Promise.resolve(true), thenable])
        expect((await visit({ guard: { allow: () => said as boolean } })).status).to.equal(200)
      for (const said of [false, undefined, 1, "true", Promise.resolve("yes"), Promise.resolve(undefined)])
        expect((await visit({ guard: { allow: () => said as boolean } })).status, String(said)).to.equal(403)
    })

    it("warns once, in development only, that a session without role and roles cannot have one", async () => {
      const guard = { roles: ["admin"] }
      async function warningsOf(NODE_ENV: string, user: object) {
        const { logger, warnings } = recordingLogger()
        const app = withEnvironment({ NODE_ENV, AUTH_URL: "http://127.0.0.1" }, () =>
          start({ guard, config: { logger: { ...logger }, ...withUser(user) } }),
        )
        const agent = await signInByName(app, "/auth")
        for (const _ of [1, 2]) await agent.get("/").expect(403)
        return warnings.filter(([code]) => code === "roles").map(([, message]) => message)
      }
      const [warning, ...more] = await warningsOf("development", {})
      expect(warning).to.include("neither user.role nor user.roles").and.include("docs/guides/roles.md")
      expect(more).to.deep.equal([])
      for (const user of [{ role: undefined }, { role: "member" }, { roles: [] }])
        expect(await warningsOf("development", user), JSON.stringify(user)).to.deep.equal([])
      for (const mode of ["production", "test"]) expect(await warningsOf(mode, {}), mode).to.deep.equal([])
    })

    it("asks both roles and allow", async () => {
      const config = withUser({ role: "admin" })
      expect((await visit({ config, guard: { roles: ["admin"], allow: () => false } })).status).to.equal(403)
      expect((await visit({ config, guard: { roles: ["owner"], allow: () => true } })).status).to.equal(403)
    })

    it("shows allow the session and the request", async () => {
      const allow: NonNullable<GuardOptions["allow"]> = ({ user }, req) =>
        user.id === "ada" && req.path === "/x"
      expect((await visit({ guard: { allow } })).status).to.equal(200)
    })

    it("passes an error of allow to next(err), thrown or rejected, and runs no handler", async () => {
      let passed = 0
      const handler: RequestHandler = (_req, res) => void res.send(String(passed++))
      const error = Object.assign(new Error("no"), { status: 502 })
      const thrown = () => {
        throw error
      }
      for (const allow of [thrown, () => Promise.reject(error)])
        expect((await visit({ guard: { allow }, handler })).status).to.equal(502)
      expect(passed).to.equal(0)
    })

    it("answers 403 without a way into a loop: a page to browsers, a problem to others", async () => {
      const guard = { allow: () => false }
      const page = await visit({ guard })
      expect([page.status, page.headers["content-type"]]).to.deep.equal([403, "text/html; charset=utf-8"])
      expect(page.headers).to.include({ "cache-control": "no-store" }).and.not.have.property("location")
      const problem = await visit({ guard }, "application/json")
      expect(problem.body).to.include({ status: 403, code: "ERR_AUTH_FORBIDDEN" })
    })
  })
}
