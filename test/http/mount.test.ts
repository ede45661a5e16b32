import { expect } from "chai"
import type { Express, Request } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler } from "express-authjs"
import request from "supertest"
import { credentialsConfig } from "../support/credentials-app.js"
import { expressVersions } from "../support/listen.js"
import { rawRequest } from "../support/raw-request.js"
import { recordingLogger } from "../support/recording-logger.js"

type Mounting = (app: Express, auth: ExpressAuthHandler) => unknown

for (const [version, express] of expressVersions) {
  const onRouter: Mounting = (app, auth) => app.use("/account", express.Router().use("/auth", auth))

  function start(mount: Mounting, config: Partial<ExpressAuthConfig> = {}) {
    const auth = ExpressAuth(credentialsConfig(config))
    const app = express()
    app.set("env", "test")
    mount(app, auth)
    app.get("/page", auth.requireAuth())
    return app
  }

  /** Where a guard sends the anonymous, or what it says instead. */
  async function guardOf(app: Express): Promise<string> {
    const { status, headers, text } = await request(app).get("/page").accept("html")
    return status === 302 ? new URL(headers.location ?? "", "http://x").pathname : text
  }

  describe(`Mount on ${version}`, () => {
    it("is known at once where it is on the app, or on a sub-app of it", async () => {
      expect(await guardOf(start((app, auth) => app.use("/auth", auth)))).to.equal("/auth/signin")
      expect(await guardOf(start((app, auth) => app.use("/a", express().use("/auth", auth))))).to.equal(
        "/a/auth/signin",
      )
      expect(await guardOf(start((app, auth) => app.use("/auth", express().use(auth))))).to.equal(
        "/auth/signin",
      )
    })

    it("is known at once where it is given as an array of one path, however it is spelt", async () => {
      for (const path of [["/auth"], ["/auth", "/auth/"], ["/auth", "/Auth"]])
        expect(await guardOf(start((app, auth) => app.use(path, auth)))).to.equal("/auth/signin")
    })

    it("serves all paths of an array, and redirects to that of basePath", async () => {
      const app = start((app, auth) => app.use(["/auth", "/login"], auth), { basePath: "/login" })
      for (const path of ["/auth/session", "/login/session"]) await request(app).get(path).expect(200)
      expect(await guardOf(app)).to.equal("/login/signin")
    })

    it("is known on a sub-app that is mounted later", async () => {
      const late = start((app, auth) => {
        const inner = express().use("/auth", auth)
        app.use("/late", inner)
      })
      expect(await guardOf(late)).to.equal("/late/auth/signin")
    })

    it("says what to configure before the first request, and works after it", async () => {
      const app = start(onRouter)
      expect(await guardOf(app)).to.include("basePath: &quot;/account/auth&quot;")
      await request(app).get("/account/auth/session").expect(200)
      expect(await guardOf(app)).to.equal("/account/auth/signin")
    })

    it("is known from basePath before any request", async () => {
      expect(await guardOf(start(onRouter, { basePath: "/account/auth" }))).to.equal("/account/auth/signin")
      expect(await guardOf(start(onRouter, { url: "https://example.com/account/auth" }))).to.equal(
        "/account/auth/signin",
      )
    })

    it("learns nothing from paths that only look like ours", async () => {
      const wildcard = version === "Express 4" ? "/auth/*" : "/auth/*splat"
      const app = start((main, auth) => main.use("/account", express.Router().all(wildcard, auth)))
      for (const path of ["/x%2F", "/signin%2F", "//", "/%2F%2F", "/signin%2F/"])
        await rawRequest(app, `/account/auth${path}`)
      await request(app).get("/account/auth/session").expect(200)
      expect(await guardOf(app)).to.equal("/account/auth/signin")
    })

    it("keeps the spelling of the mount, whatever a stranger writes", async () => {
      const known = start((app, auth) => app.use("/auth", auth))
      expect((await request(known).get("/AUTH/signin").accept("html")).text).to.include(
        'action="/auth/callback',
      )
      const learned = start(onRouter)
      await request(learned).get("/ACCOUNT/Auth/signin").expect(200)
      await request(learned).get("/account/auth/signin").expect(200)
      await request(learned).get("/Account/AUTH/signin").expect(200)
      expect(await guardOf(learned)).to.equal("/account/auth/signin")
    })

    it("cannot stand for other requests where it has parameters, or is in two places, and says which", async () => {
      const tenants = start((app, auth) => app.use("/t/:tenant/auth", auth))
      await request(tenants).get("/t/acme/auth/session").expect(200)
      expect(await guardOf(tenants))
        .to.include("a path with parameters")
        .and.include("basePath")
      const twice = start((app, auth) => app.use("/auth", auth).use("/login", auth))
      await request(twice).get("/auth/session").expect(200)
      expect(await guardOf(twice))
        .to.include("several paths")
        .and.include("basePath")
      const inArray = start((app, auth) => app.use(["/auth", "/login"], auth))
      expect(await guardOf(inArray), "at once")
        .to.include("several paths")
        .and.include("basePath")
      await request(inArray).get("/auth/session").expect(200)
      expect(await guardOf(inArray)).to.include("several paths")
      const onRouters = start((app, auth) => {
        app.use("/a", express.Router().use("/auth", auth)).use("/b", express.Router().use("/auth", auth))
      })
      for (const path of ["/a/auth/session", "/b/auth/session"])
        await request(onRouters).get(path).expect(200)
      expect(await guardOf(onRouters)).to.include("several paths")
    })

    it("does for a mount with parameters, or two, what the message advises", async () => {
      const config = (req: Request) => credentialsConfig({ basePath: `/t/${req.get("x-tenant")}/auth` })
      const auth = ExpressAuth(config)
      const app = express().set("env", "test").use("/t/:tenant/auth", auth)
      app.get("/page", auth.requireAuth())
      await request(app).get("/t/acme/auth/session").set("x-tenant", "acme").expect(200)
      const { headers } = await request(app).get("/page").accept("html").set("x-tenant", "acme").expect(302)
      expect(headers.location).to.match(/^\/t\/acme\/auth\/signin/)
      const both: Mounting = (main, handler) => main.use("/auth", handler).use("/login", handler)
      expect(await guardOf(start(both, { basePath: "/login" }))).to.equal("/login/signin")
    })

    it("warns in development of a base path that only a proxy could explain, once, and names both URLs", async () => {
      const orders: [Partial<ExpressAuthConfig>, string[]][] = [
        [{ basePath: "/api/auth" }, ["/page", "/auth/signin"]],
        [{ url: "http://localhost:4300/api/auth" }, ["/auth/signin", "/auth/signin"]],
      ]
      for (const [config, order] of orders) {
        const { logger, warnings } = recordingLogger()
        const app = start((main, auth) => main.use("/auth", auth), { ...config, logger: { ...logger } })
        const origin = "url" in config ? "http://localhost:4300" : ""
        await request(app).get("/auth/signin").set("x-forwarded-for", "10.0.0.1").expect(200)
        expect(warnings).to.deep.equal([])
        for (const path of order) {
          await request(app).get(path).accept("html")
          expect(warnings, path).to.have.length(1)
        }
        const messages = warnings.filter(([code]) => code === "mount").map(([, message]) => message)
        expect(messages).to.have.length(1)
        for (const text of ["/auth/callback/{provider}", "/api/auth/callback/{provider}"])
          expect(messages[0]).to.include(` ${origin}${text}`)
        expect(messages[0]).to.include('basePath: "/auth"').and.include('app.use("/api/auth", auth)')
      }
    })

    it("may be mounted again in another app at the same path, as test suites do", async () => {
      const config = credentialsConfig()
      const create = () =>
        express().use("/auth", ExpressAuth(config)).get("/page", ExpressAuth(config).requireAuth())
      create()
      expect(await guardOf(create())).to.equal("/auth/signin")
    })

    it("serves where it is mounted though basePath or AUTH_URL says another path, and warns once which URLs were meant", async () => {
      for (const config of [{ basePath: "/api/login" }, { url: "https://example.com/api/login" }]) {
        const { logger, warnings } = recordingLogger()
        const app = start((main, auth) => main.use("/auth", auth), { ...config, logger: { ...logger } })
        const { text } = await request(app).get("/auth/signin").accept("html").expect(200)
        expect(text).to.include('action="/auth/callback/credentials"')
        expect(await guardOf(app)).to.equal("/auth/signin")
        const [said, ...more] = warnings.filter(([code]) => code === "mount")
        expect(more).to.deep.equal([])
        expect(said?.[1])
          .to.include('mounted at "/auth"')
          .and.include(`not ${"url" in config ? "https://example.com" : ""}/api/login/`)
          .and.include('app.use("/api/login", auth)')
      }
    })

    it("reports a mount without a path and without basePath", async () => {
      const app = start((main, auth) => main.use(auth))
      expect((await request(app).get("/signin").expect(500)).text).to.include("basePath")
    })

    it("keeps what a proxy strips before its own path", async () => {
      const app = start((main, auth) => main.use("/auth", auth), { url: "https://example.com/shop/auth" })
      const { text } = await request(app).get("/auth/signin").accept("html").expect(200)
      expect(text).to.include('action="/shop/auth/callback/credentials"')
      const { location } = (await request(app).get("/page?a=1").accept("html").expect(302)).headers
      expect(location).to.equal(
        `/shop/auth/signin?${new URLSearchParams({ callbackUrl: "https://example.com/shop/page?a=1" })}`,
      )
    })

    it("never links to another host that a parameter spells", async () => {
      const app = start((main, auth) => main.use("/:tenant/auth", auth))
      for (const path of ["/\\evil.example/auth/signin", "//evil.example/auth/signin"])
        expect((await rawRequest(app, path)).status, path).to.equal(404)
    })

    const star = version === "Express 4" ? "*" : "*splat"
    const bare: [form: string, mount: Mounting][] = [
      ["a router", (app, auth) => app.use("/api/auth", express.Router().use(star, auth))],
      ["a router, with a slash", (app, auth) => app.use("/api/auth", express.Router().use(`/${star}`, auth))],
      ["all methods of a router", (app, auth) => app.use("/api/auth", express.Router().all(star, auth))],
      ["a sub-app", (app, auth) => app.use("/api/auth", express().use(star, auth))],
      ["a router with parameters", (app, auth) => app.use("/:any/auth", express.Router().use(star, auth))],
      ["the app", (app, auth) => app.use(star, auth)],
    ]

    async function expectServed(app: Express): Promise<void> {
      for (const path of ["/providers", "/providers/", "/signin", "/session"])
        await request(app).get(`/api/auth${path}`).expect(200)
      const { body } = await request(app).get("/api/auth/providers")
      expect(new URL(body.credentials.callbackUrl).pathname).to.equal("/api/auth/callback/credentials")
      for (const path of ["/x/providers", "/providers/x", "/providers%2F"])
        expect((await rawRequest(app, `/api/auth${path}`)).status, path).to.equal(404)
    }

    for (const [form, mount] of bare)
      it(`answers below a bare wildcard on ${form}, with basePath and without`, async () => {
        await expectServed(start(mount, { basePath: "/api/auth" }))
        if (form !== "the app") await expectServed(start(mount))
      })

    it("serves below an optional wildcard and its bare path", async () => {
      const wildcard = version === "Express 4" ? "/auth*" : "/auth{/*splat}"
      const app = start((main, auth) => main.all(wildcard, auth), { basePath: "/auth" })
      await request(app).get("/auth/providers").expect(200)
      await request(app)
        .get("/auth")
        .expect(302)
        .expect("location", /\/auth\/signin$/)
    })
  })
}

describe("Mount beside @auth/express, on Express 4", () => {
  it("finds the same paths below router.use", async () => {
    const { default: express4 } = await import("express4")
    const theirs = await import("@auth/express")
    const config = () => credentialsConfig({ trustHost: true })
    for (const wildcard of ["*", "/*"]) {
      const paths = [theirs.ExpressAuth(config() as never), ExpressAuth(config())].map(async (auth) => {
        const app = express4().use("/api/auth", express4.Router().use(wildcard, auth))
        const { body } = await request(app).get("/api/auth/providers").expect(200)
        return new URL(body.credentials.callbackUrl).pathname
      })
      const [expected, found] = await Promise.all(paths)
      expect(found).to.equal(expected)
    }
  })
})
