import { expect } from "chai"
import type { Application, Express } from "express"
import { ExpressAuth, type ExpressAuthHandler } from "express-authjs"
import request from "supertest"
import { credentialsConfig, signInByName } from "../support/credentials-app.js"
import { expressVersions } from "../support/listen.js"
import { rawRequest } from "../support/raw-request.js"

type ExpressModule = (typeof expressVersions)[number][1]

interface MountForm {
  form: string
  /** The path browsers see. */
  base: string
  only?: "Express 4" | "Express 5"
  basePath?: string
  mount(app: Express, auth: ExpressAuthHandler, express: ExpressModule): unknown
}

function use(path: string, base = "/auth"): MountForm {
  return { form: `app.use("${path}")`, base, mount: (app, auth) => app.use(path, auth) }
}

function all(path: string): MountForm {
  return { form: `app.all("${path}")`, base: "/auth", mount: (app, auth) => app.all(path, auth) }
}

const forms: MountForm[] = [
  use("/auth"),
  use("/auth/"),
  { ...use("/auth/*"), only: "Express 4" },
  { ...use("/auth/*splat"), only: "Express 5" },
  { ...use("/auth/{*splat}"), only: "Express 5" },
  { ...all("/auth/*"), only: "Express 4" },
  { ...all("/auth/*splat"), only: "Express 5" },
  { ...all("/auth/{*splat}"), only: "Express 5" },
  use("/session-auth", "/session-auth"),
  use("/api/auth/signin", "/api/auth/signin"),
  use("/callback/session", "/callback/session"),
  use("/t/:tenant/auth", "/t/acme/auth"),
  { ...use("/a\\+b/auth", "/a+b/auth") },
  { form: "app.use(/regular expression/)", base: "/auth", mount: (app, auth) => app.use(/^\/auth/, auth) },
  { form: "app.use([a list])", base: "/auth", mount: (app, auth) => app.use(["/auth", "/account"], auth) },
  { form: "app.use() with basePath", base: "/auth", basePath: "/auth", mount: (app, auth) => app.use(auth) },
  {
    form: "a router",
    base: "/account/auth",
    mount: (app, auth, express) => app.use("/account", express.Router().use("/auth", auth)),
  },
  {
    form: "a router in a router",
    base: "/one/two/auth",
    mount: (app, auth, express) =>
      app.use("/one", express.Router().use("/two", express.Router().use("/auth", auth))),
  },
  {
    form: "a router without a path, with basePath",
    base: "/account/auth",
    basePath: "/account/auth",
    mount: (app, auth, express) => app.use("/account", express.Router().use(auth)),
  },
  {
    form: "a sub-app",
    base: "/account/auth",
    mount: (app, auth, express) => app.use("/account", express().use("/auth", auth)),
  },
  {
    form: "a sub-app in a router",
    base: "/one/two/auth",
    mount: (app, auth, express) =>
      app.use("/one", express.Router().use("/two", express().use("/auth", auth))),
  },
]

function createApp(form: MountForm, express: ExpressModule): { app: Application; auth: ExpressAuthHandler } {
  const auth = ExpressAuth(credentialsConfig(form.basePath ? { basePath: form.basePath } : {}))
  const app = express()
  form.mount(app, auth, express)
  app.get("/dashboard", auth.requireAuth(), (req, res) => {
    res.send(`Hello ${req.auth.user.name}`)
  })
  app.use((_req, res) => {
    res.status(404).send("the app's own 404")
  })
  return { app, auth }
}

function formOf(page: string): string[] {
  return [...page.matchAll(/action="([^"]*)"/g)].map(([, action]) => action ?? "")
}

for (const [version, express] of expressVersions) {
  for (const form of forms.filter(({ only }) => only === undefined || only === version)) {
    describe(`mounted by ${form.form} as ${form.base} on ${version}`, () => {
      const { base } = form
      let app: Application
      beforeEach(() => {
        app = createApp(form, express).app
      })

      it("serves its pages, which post to where it is mounted", async () => {
        for (const path of ["/signin", "/signin/", "/signin?callbackUrl=/x"]) {
          const { text } = await request(app)
            .get(base + path)
            .accept("html")
            .expect(200)
          expect(text).to.include(`action="${base}/callback/credentials"`)
        }
        await request(app).get(`${base}/signout`).accept("html").expect(200)
      })

      it("tells providers the way back", async () => {
        const { body } = await request(app).get(`${base}/providers`).expect(200)
        expect(new URL(body.credentials.callbackUrl).pathname).to.equal(`${base}/callback/credentials`)
      })

      it("signs in, and sends the anonymous there", async () => {
        const agent = await signInByName(app, base)
        await agent.get("/dashboard").expect(200, "Hello Ada")
      })

      it("passes on what is not its own", async () => {
        const foreign = ["/nothing", "/signin/credentials/more", "/session/x", "/callback", "/%73ignin"]
        for (const path of foreign)
          await request(app)
            .get(base + path)
            .expect(404, "the app's own 404")
        await request(app).get("/elsewhere").expect(404, "the app's own 404")
      })

      it("leads from the mount itself, where Express passes it on, to the sign-in page", async () => {
        for (const path of ["", "/"]) {
          const { status, headers } = await request(app).get(base + path)
          expect([status, headers.location]).to.deep.be.oneOf([
            [302, `${base}/signin`],
            [404, undefined],
          ])
        }
      })

      it("S14 answers no second spelling of its paths with anything else", async () => {
        const page = await rawRequest(app, `${base}/signin`)
        for (const path of [
          "//signin",
          "/./signin",
          "/x/../signin",
          "%2Fsignin",
          "/signin%2F",
          "/signin//",
          "/SIGNIN",
        ]) {
          const { status, body } = await rawRequest(app, base + path)
          expect(status, path).to.be.oneOf([200, 404])
          if (status === 200) expect(formOf(body), path).to.deep.equal(formOf(page.body))
        }
        expect((await rawRequest(app, `${base}/signin/..%2Fsession`)).status).to.equal(404)
        const { location } = (await request(app).get("/dashboard").accept("html")).headers
        if (location) expect(location.startsWith(`${base}/signin?`), location).to.equal(true)
      })
    })
  }
}
