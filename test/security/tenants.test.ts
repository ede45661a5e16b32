import { encode as encodeAsCore } from "@auth/core/jwt"
import { expect } from "chai"
import express, { type Express, type Request, type Response } from "express"
import { ExpressAuth, type ExpressAuthConfig, signed } from "express-authjs"
import { decode, encode } from "express-authjs/jwt"
import { PassportProvider } from "express-authjs/passport"
import Credentials from "express-authjs/providers/credentials"
import { Strategy as LocalStrategy } from "passport-local"
import request from "supertest"
import { keepFlow, resumeFlow } from "../../lib/engine/flow-cookies.js"
import { holdForm, openHeldForm } from "../../lib/guard/held-form.js"
import { createAuthContext } from "../../lib/http/auth-context.js"
import { configFor } from "../../lib/http/config-for.js"
import type { Cookie } from "../../lib/http/cookies.js"
import { secret } from "../support/auth-apps.js"
import { credentialsConfig } from "../support/credentials-app.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { keyFor } from "../support/signing-keys.js"

/** How a request reaches a tenant. */
interface Place {
  readonly path: string
  readonly headers: Record<string, string>
}

type Tenants = Readonly<Record<"a" | "b", Place>>

interface Case {
  readonly title: string
  readonly at: Tenants
  /** Makes the function anew, as another process does. */
  readonly choose: () => (req: Request) => ExpressAuthConfig
}

const byHost: Tenants = {
  a: { path: "/auth", headers: { host: "a.example" } },
  b: { path: "/auth", headers: { host: "b.example" } },
}
const byHeader: Tenants = {
  a: { path: "/auth", headers: { "x-tenant": "a" } },
  b: { path: "/auth", headers: { "x-tenant": "b" } },
}
const byPath: Tenants = { a: { path: "/a/auth", headers: {} }, b: { path: "/b/auth", headers: {} } }

const named = (id: string) =>
  Credentials({
    id,
    credentials: { name: {} },
    authorize: ({ name }) => ({ id: String(name), name: String(name) }),
  })

const shared = credentialsConfig()
const key = keyFor("EdDSA")
const headerOf = (req: Request) => req.get("x-tenant") ?? "a"

const cases: readonly Case[] = [
  { title: "by host, with one object for all", at: byHost, choose: () => () => shared },
  { title: "by host, with a new object each time", at: byHost, choose: () => () => credentialsConfig() },
  {
    title: "by header, with other providers",
    at: byHeader,
    choose: () => (req) =>
      credentialsConfig({ providers: [named("credentials"), named(`staff-${headerOf(req)}`)] }),
  },
  {
    title: "by header, named",
    at: byHeader,
    choose: () => (req) => credentialsConfig({ tenant: headerOf(req) }),
  },
  {
    title: "by path, named",
    at: byPath,
    choose: () => (req) => credentialsConfig({ tenant: req.originalUrl.slice(1, 2) }),
  },
  {
    title: "by header, named, with signed sessions",
    at: byHeader,
    choose: () => (req) => credentialsConfig({ tenant: headerOf(req), jwt: signed({ alg: "EdDSA", key }) }),
  },
  {
    title: "by host, with the app's own way to seal",
    at: byHost,
    choose: () => () => credentialsConfig({ jwt: { encode, decode } }),
  },
]

function appOf({ choose, at }: Case): Express {
  const mount = at === byPath ? "/:tenant/auth" : "/auth"
  const app = express().set("env", "test")
  return app.use(mount, ExpressAuth(choose()))
}

const cookiesOf = (answer: request.Response) =>
  [answer.headers["set-cookie"] ?? []].flat().map((line) => line.split(";", 1)[0] ?? "")

/** Signs in, and returns the cookies of the browser and its CSRF token. */
async function signIn(app: Express, { path, headers }: Place) {
  const csrf = await request(app).get(`${path}/csrf`).set(headers).expect(200)
  const csrfToken: string = csrf.body.csrfToken
  const answer = await request(app)
    .post(`${path}/callback/credentials`)
    .set({ ...headers, cookie: cookiesOf(csrf).join("; ") })
    .type("form")
    .send({ csrfToken, name: "Ada" })
    .expect(302)
  return { csrfToken, cookie: [...cookiesOf(csrf), ...cookiesOf(answer)].join("; ") }
}

async function nameAt(app: Express, { path, headers }: Place, cookie: string): Promise<unknown> {
  const { body } = await request(app)
    .get(`${path}/session`)
    .set({ ...headers, cookie })
    .expect(200)
  return body?.user?.name
}

describe("S32: tenants that a function chooses", () => {
  for (const one of cases)
    describe(one.title, () => {
      const { a, b } = one.at

      it("do not know each other's sessions", async () => {
        const app = appOf(one)
        const { cookie } = await signIn(app, a)
        expect(await nameAt(app, a, cookie)).to.equal("Ada")
        expect(await nameAt(app, b, cookie)).to.equal(undefined)
      })

      it("know their own in another process", async () => {
        const { cookie } = await signIn(appOf(one), a)
        const restarted = appOf(one)
        expect(await nameAt(restarted, b, cookie)).to.equal(undefined)
        expect(await nameAt(restarted, a, cookie)).to.equal("Ada")
      })

      it("keep the cookie of another's session", async () => {
        const app = appOf(one)
        const { cookie } = await signIn(app, a)
        const answer = await request(app)
          .get(`${b.path}/session`)
          .set({ ...b.headers, cookie })
        expect(cookiesOf(answer)).to.deep.equal([])
      })

      it("do not take each other's CSRF tokens", async () => {
        const app = appOf(one)
        const { cookie, csrfToken } = await signIn(app, a)
        const post = ({ path, headers }: Place) =>
          request(app)
            .post(`${path}/signout`)
            .set({ ...headers, cookie })
            .type("form")
            .send({ csrfToken })
        await post(b).expect(403)
        await post(a).expect(302)
      })
    })

  it("are one where the app names them alike, on any host and whatever their providers", async () => {
    const app = express().set("env", "test")
    const choose = (req: Request) =>
      credentialsConfig({ tenant: "shop", providers: [named("credentials"), named(`p-${req.get("host")}`)] })
    app.use("/auth", ExpressAuth(choose))
    const { cookie } = await signIn(app, byHost.a)
    expect(await nameAt(app, byHost.b, cookie)).to.equal("Ada")
  })

  it("are one where the session cookie is for a domain of several hosts", async () => {
    const cookies = { sessionToken: { options: { domain: "example" } } }
    const app = express()
      .set("env", "test")
      .use(
        "/auth",
        ExpressAuth(() => credentialsConfig({ cookies })),
      )
    const { cookie } = await signIn(app, byHost.a)
    expect(await nameAt(app, byHost.b, cookie)).to.equal("Ada")
  })

  it("are one for other secrets, looks, texts, callbacks and ports", async () => {
    const start = (config: Partial<ExpressAuthConfig>) =>
      express()
        .set("env", "test")
        .use(
          "/auth",
          ExpressAuth(() => credentialsConfig(config)),
        )
    const { cookie } = await signIn(start({}), { path: "/auth", headers: { host: "a.example:3000" } })
    const later = start({
      secret: ["another secret of at least thirty-two characters", secret],
      theme: { brandColor: "#123456" },
      messages: { locked: "Locked" },
      callbacks: { session: ({ session }) => session },
    })
    expect(await nameAt(later, { path: "/auth", headers: { host: "A.example:4000" } }, cookie)).to.equal(
      "Ada",
    )
  })

  describe("behind a proxy", () => {
    type Options = Partial<ExpressAuthConfig> & { trustProxy?: number }
    const start = ({ trustProxy = 0, ...config }: Options) => {
      const app = express().set("env", "test").set("trust proxy", trustProxy)
      return app.use(
        "/auth",
        ExpressAuth(() => credentialsConfig(config)),
      )
    }
    const via = (host: string, forwardedHost: string): Place => ({
      path: "/auth",
      headers: { host, "x-forwarded-host": forwardedHost },
    })

    for (const [what, options] of [
      ["Express trusts the proxy", { trustProxy: 1 }],
      ["`url` is set", { url: "http://a.example/auth" }],
    ] as const)
      it(`are one on every backend when ${what}, whatever Host the proxy sends`, async () => {
        const { cookie } = await signIn(start(options), via("backend-1.local:3000", "a.example"))
        for (const host of ["backend-1.local:3000", "backend-2.local:3000", "a.example"])
          expect(await nameAt(start(options), via(host, "a.example"), cookie), host).to.equal("Ada")
      })

    it("are told apart by the forwarded host when Express trusts the proxy", async () => {
      const app = start({ trustProxy: 1 })
      const { cookie } = await signIn(app, via("backend.local", "a.example"))
      expect(await nameAt(app, via("backend.local", "b.example"), cookie)).to.equal(undefined)
    })

    it("are told apart by `url`, on one host", async () => {
      const place = via("backend.local", "proxy.example")
      const { cookie } = await signIn(start({ url: "http://a.example/auth" }), place)
      expect(await nameAt(start({ url: "http://b.example/auth" }), place, cookie)).to.equal(undefined)
    })

    for (const options of [{}, { trustHost: true }])
      it(`are told apart by Host for a forged X-Forwarded-Host, with ${JSON.stringify(options)}`, async () => {
        const app = start(options)
        const { cookie } = await signIn(app, byHost.a)
        expect(await nameAt(app, byHost.a, cookie)).to.equal("Ada")
        expect(await nameAt(app, via("b.example", "a.example"), cookie)).to.equal(undefined)
      })
  })

  it("are none for a configuration object, whose sessions are those of @auth/core", async () => {
    const app = express().set("env", "test").use("/auth", ExpressAuth(credentialsConfig()))
    const salt = "authjs.session-token"
    const token = await encodeAsCore({ token: { sub: "1", name: "Ada" }, secret, salt })
    for (const place of [byHost.a, byHost.b])
      expect(await nameAt(app, place, `${salt}=${token}`)).to.equal("Ada")
  })

  it("are told apart for configuration objects that name them", async () => {
    const start = (tenant: string) =>
      express()
        .set("env", "test")
        .use("/auth", ExpressAuth(credentialsConfig({ tenant })))
    const place = { path: "/auth", headers: {} }
    const { cookie } = await signIn(start("a"), place)
    expect(await nameAt(start("a"), place, cookie)).to.equal("Ada")
    expect(await nameAt(start("b"), place, cookie)).to.equal(undefined)
  })

  it("are refused where only the users of their Passport strategies tell them apart", async () => {
    const keep = (name: string) => {
      const strategy = new LocalStrategy({ usernameField: "name", passwordField: "name" }, (_, __, done) =>
        done(null, { id: "1", name }),
      )
      return credentialsConfig({ providers: [PassportProvider({ id: "credentials", strategy })] })
    }
    const [ofA, ofB] = [keep("Ada"), keep("Bob")]
    const choose = (req: Request) => (headerOf(req) === "a" ? ofA : ofB)
    const app = express().set("env", "test").use("/auth", ExpressAuth(choose))
    const { cookie } = await signIn(app, byHeader.a)
    expect(await nameAt(app, byHeader.a, cookie)).to.equal("Ada")
    const { path, headers } = byHeader.b
    await request(app)
      .get(`${path}/session`)
      .set({ ...headers, cookie })
      .expect(500)
  })

  describe("do not open", () => {
    const contextAt = async (host: string, cookies: readonly Cookie[] = []) => {
      const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ")
      const req = { headers: { host, cookie }, socket: {} } as unknown as Request
      const config = await configFor(chooseShared, req)
      return createAuthContext(req, {} as Response, config, { basePath: "/auth", prefix: "" })
    }
    const chooseShared = () => credentialsConfig()

    it("each other's sign-ins under way", async () => {
      const flow = { provider: "demo", destination: "https://a.example/", verifier: "v" }
      const cookies = keepFlow(await contextAt("a.example"), flow, "state")
      expect(resumeFlow(await contextAt("b.example", cookies), "demo", "state")).to.equal(undefined)
      expect(resumeFlow(await contextAt("a.example", cookies), "demo", "state")?.flow).to.include(flow)
    })

    it("each other's held forms", async () => {
      const rule = { maxAge: 300, trust: [] }
      const form = { userId: "1", target: "/pay", rule, fields: [["sum", "5"]] } as const
      const { page = "", cookies = [] } = holdForm(await contextAt("a.example"), form) ?? {}
      const id = page.slice(-16)
      expect(openHeldForm(await contextAt("b.example", cookies), id).form).to.equal(undefined)
      expect(openHeldForm(await contextAt("a.example", cookies), id).form).to.deep.include({ target: "/pay" })
    })
  })

  for (const [place, keepsSignIn] of [
    ["rows", { keepsSignIn: () => true }],
    ["cookies", {}],
  ] as const)
    it(`do not know each other's sessions in one database, with sign-ins kept in ${place}`, async () => {
      const adapter = { ...createMemoryAdapter(), ...keepsSignIn }
      await adapter.createUser({ id: "Ada", name: "Ada", email: "ada@example.com", emailVerified: null })
      const start = () => express().set("env", "test").use("/auth", ExpressAuth(choose))
      const choose = () => credentialsConfig({ adapter, providers: [named("credentials")] })
      const { cookie } = await signIn(start(), byHost.a)
      expect(await nameAt(start(), byHost.b, cookie)).to.equal(undefined)
      expect(await nameAt(start(), byHost.a, cookie)).to.equal("Ada")
      const alone = cookie.split("; ").filter((one) => !one.startsWith("authjs.sign-in="))
      expect(await nameAt(start(), byHost.b, alone.join("; "))).to.equal(undefined)
    })
})
