import { expect } from "chai"
import type { ErrorRequestHandler, RequestHandler } from "express"
import { ExpressAuth, type ExpressAuthConfig, type GuardOptions, requireAuth, session } from "express-authjs"
import request from "supertest"
import { configErrorOf } from "../support/config-error.js"
import { credentialsConfig } from "../support/credentials-app.js"
import { expressVersions } from "../support/listen.js"

for (const [version, express] of expressVersions) {
  describe(`S1 a configuration that cannot work, on ${version}`, () => {
    async function tryWith(
      config: () => ExpressAuthConfig | Promise<ExpressAuthConfig>,
      host = "app.example",
    ) {
      let passed = 0
      const app = express()
      app.set("env", "test")
      app.use(requireAuth(config), () => void passed++)
      const { status } = await request(app).get("/").set({ accept: "text/html", host })
      expect(passed).to.equal(0)
      return status
    }

    it("lets no handler behind a guard run", async () => {
      const broken = { id: "x", name: "X", type: "oauth" } as ExpressAuthConfig["providers"][number]
      expect(await tryWith(() => credentialsConfig({ providers: [broken] }))).to.equal(500)
      expect(await tryWith(() => credentialsConfig({ hosts: ["other.example"] }))).to.equal(400)
      expect(await tryWith(() => credentialsConfig(), "a b")).to.equal(400)
      expect(await tryWith(() => undefined as unknown as ExpressAuthConfig)).to.equal(500)
      expect(await tryWith(() => Promise.reject(new Error("no tenant")))).to.equal(500)
      expect(
        await tryWith(() => {
          throw new Error("no tenant")
        }),
      ).to.equal(500)
    })

    it("is reported when the guard is made", () => {
      const config = credentialsConfig({ providers: [{ id: "x", name: "X", type: "oauth" }] as never })
      expect(configErrorOf(() => requireAuth(config))).to.match(/^ERR_AUTH_PROVIDER/)
    })

    it("is reported for the guard's own options", () => {
      const faulty = [
        { role: "admin" },
        { roles: [] },
        { roles: "admin" },
        { roles: [1] },
        { allow: true },
        { onAnonymous: "/login" },
      ]
      for (const guard of faulty)
        expect(
          configErrorOf(() => requireAuth(credentialsConfig(), guard as GuardOptions)),
          JSON.stringify(guard),
        ).to.match(/^ERR_AUTH_INVALID_OPTION: requireAuth/)
    })

    it("answers 503 where callbacks.session returns no user", async () => {
      const sessions = [{ message: "Configuration" }, {}, "yes", { user: "Ada" }, { user: null }]
      for (const session of sessions) {
        const config = credentialsConfig({ callbacks: { session: () => session as never } })
        const app = express().use("/auth", ExpressAuth(config)).use(requireAuth(config))
        app.set("env", "test").get("/x", (_req, res) => res.send("in"))
        const agent = request.agent(app)
        const { body } = await agent.get("/auth/csrf")
        await agent
          .post("/auth/callback/credentials")
          .type("form")
          .send({ csrfToken: body.csrfToken, name: "Ada" })
        const { text } = await agent.get("/x").set("accept", "application/json").expect(503)
        expect(text).to.not.equal("in")
      }
    })

    it("shows the right call when Express was given the factory instead of the middleware", async () => {
      const auth = ExpressAuth(credentialsConfig())
      const mistakes: [middleware: unknown, written: string, call: string][] = [
        [ExpressAuth, "ExpressAuth", 'app.use("/auth", ExpressAuth({ providers: [GitHub] }))'],
        [auth.requireAuth, "auth.requireAuth", "app.use(auth.requireAuth())"],
        [auth.session, "auth.session", "app.use(auth.session())"],
        [requireAuth, "requireAuth", "app.use(requireAuth(config))"],
        [session, "session", "app.use(session(config))"],
      ]
      for (const [middleware, written, call] of mistakes) {
        let error: unknown
        const app = express().use("/auth", middleware as RequestHandler, () => expect.fail("passed"))
        const keep: ErrorRequestHandler = (thrown, _req, res, _next) => {
          error = thrown
          res.sendStatus(500)
        }
        await request(app.use(keep)).get("/auth/signin").expect(500)
        expect(String(error)).to.include(`called \`${written}\` with a request`).and.include(`: ${call}.`)
      }
    })
  })
}
