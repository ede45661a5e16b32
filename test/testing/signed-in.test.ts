import { createServer } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { expect } from "chai"
import express, { type Express } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler, type User } from "express-authjs"
import { passport } from "express-authjs/passport"
import GitHub from "express-authjs/providers/github"
import { sessionCookies, signedIn, type TestPerson } from "express-authjs/testing"
import { expressVersions } from "../support/listen.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { selfSigned } from "../support/self-signed-certificate.js"
import { withEnvironment } from "../support/with-environment.js"
import { rejection } from "./rejection.js"
import { sessionPlaces } from "./session-places.js"

const secret = "a secret of at least thirty-two characters"
const github = GitHub({ clientId: "an-id", clientSecret: "a-secret" })
const password: ExpressAuthConfig["providers"][number] = {
  id: "credentials",
  name: "Password",
  type: "credentials",
  credentials: {},
  authorize: () => null,
}

/** Callbacks of an app with roles, for both session strategies. */
const callbacks: NonNullable<ExpressAuthConfig["callbacks"]> = {
  jwt: ({ token, user }) => ({
    ...token,
    ...(user && { role: Object(user).role, roles: Object(user).roles }),
  }),
  session: ({ session, token, user }) => {
    const { role, roles } = Object(token ?? user)
    return { ...session, user: { ...session.user, role, roles } }
  },
}

function configure(options: Partial<ExpressAuthConfig> = {}): ExpressAuthConfig {
  return { secret, providers: [github], callbacks, ...options }
}

/** An app with guarded routes beside the mount, on Express 5 unless told otherwise. */
function createApp(
  auth: ExpressAuthHandler,
  { create = express, mount }: { create?: typeof express; mount?: (app: Express) => void } = {},
): Express {
  const app = create()
  if (mount) mount(app)
  else app.use("/auth", auth)
  app.get("/me", auth.requireAuth(), (req, res) => void res.json(req.auth.user))
  app.get("/admin", auth.requireAuth({ roles: ["admin"] }), (_req, res) => void res.send("Welcome"))
  app.get("/vault", auth.requireAuth({ maxAge: 60 }), (_req, res) => void res.send("Gold"))
  app.get("/sign-in", auth.session(), (req, res) => {
    res.json({ authTime: req.auth?.authTime, methods: req.auth?.methods })
  })
  app.post("/logout", (req, res) => auth.signOut(req, res))
  return app
}

const appOf = (options?: Partial<ExpressAuthConfig>) => createApp(ExpressAuth(configure(options)))

async function userOf(app: Express, person: TestPerson): Promise<User> {
  return (await (await signedIn(app, person)).get("/me").expect(200)).body
}

describe("signedIn", () => {
  for (const [place, open] of sessionPlaces) {
    describe(`with sessions in ${place}`, () => {
      let app: Express
      let close: () => Promise<unknown>

      before(async () => {
        const { config, close: closePlace } = await open()
        app = appOf(config)
        close = closePlace
      })
      after(() => close())

      it("returns an agent that is signed in, and signs out", async () => {
        const agent = await signedIn(app, { user: { name: "Ada" } })
        const { body } = await agent.get("/me").expect(200)
        expect(body).to.include({ name: "Ada", email: "ada@example.com" })
        await agent.get("/admin").expect(403)
        await agent.post("/logout").expect(302)
        await agent.get("/me").expect(401)
      })

      it("signs in the same user again", async () => {
        const [first, second] = [
          await userOf(app, { user: { name: "Grace" } }),
          await userOf(app, { user: { email: "grace@example.com" } }),
        ]
        expect(first.id).to.equal(second.id)
        expect(first.id).to.exist
      })

      it("records when and how", async () => {
        const authTime = new Date(Date.now() - 3_600_000)
        const agent = await signedIn(app, { authTime, methods: ["credentials"] })
        const { body } = await agent.get("/sign-in")
        expect(body).to.deep.equal({ authTime: authTime.toJSON(), methods: ["credentials"] })
        await agent.get("/me").expect(200)
        await agent.get("/vault").expect(401)
        const fresh = await signedIn(app, { methods: ["credentials"] })
        await fresh.get("/vault").expect(200)
      })

      it("gives roles to a user, or says that the session has none", async () => {
        const result = await signedIn(app, { user: { name: "Joan" }, roles: ["admin"] }).catch(
          (error) => error,
        )
        // These adapters have no column for a role, and pass no unknown field on.
        if (/pg-adapter|drizzle|kysely/.test(place)) return expect(result.message).to.include("no roles")
        return result.get("/admin").expect(200)
      })
    })
  }

  for (const [name, create] of expressVersions) {
    describe(`on ${name}, finds the handler`, () => {
      const auth = () => ExpressAuth(configure({ basePath: "/account/auth" }))
      const mounts: Record<string, (app: Express, auth: ExpressAuthHandler) => void> = {
        "on a router": (app, auth) => void app.use("/account", create.Router().use("/auth", auth)),
        "on a router of a router": (app, auth) =>
          void app.use(create.Router().use("/account", create.Router().use("/auth", auth))),
        "on a route": (app, auth) =>
          void app.all(name === "Express 4" ? "/account/auth/*" : "/account/auth/*splat", auth),
        "on a sub-app that is mounted later": (app, auth) =>
          void app.use("/account", create().use("/auth", auth)),
        "on a sub-app that was mounted before": (app, auth) => {
          const [outer, inner] = [create(), create()]
          app.use("/account", outer)
          outer.use(inner)
          inner.use("/auth", auth)
        },
        twice: (app, auth) => void app.use("/account/auth", auth).use("/auth", auth),
      }
      for (const [where, mount] of Object.entries(mounts))
        it(where, async () => {
          const handler = auth()
          const app = createApp(handler, { create, mount: (app) => mount(app, handler) })
          await (await signedIn(app)).get("/me").expect(200)
        })

      it("nowhere, and says so", async () => {
        const error = await rejection(signedIn(create()))
        expect(error).to.include({ code: "ERR_AUTH_TESTING" })
        expect(error.message).to.match(/^signedIn\(\) found no handler .* signedIn\(app, \{ auth \}\)\.$/)
      })
    })
  }

  it("asks for the handler where an app has several, and takes it", async () => {
    const [staff, shop] = [ExpressAuth(configure()), ExpressAuth(configure({ cookiePrefix: "shop" }))]
    const app = createApp(staff).use("/shop", shop)
    const error = await rejection(signedIn(app))
    expect(error.message).to.match(/^signedIn\(\) found 2 handlers of .* signedIn\(app, \{ auth \}\)\.$/)
    await (await signedIn(app, { auth: staff })).get("/me").expect(200)
    await (await signedIn(app, { auth: shop })).get("/me").expect(401)
  })

  it("takes a server that is no Express app, with the handler", async () => {
    const auth = ExpressAuth(configure())
    const app = createApp(auth)
    await (await signedIn((req, res) => app(req, res), { auth })).get("/me").expect(200)
  })

  it("takes servers of HTTP and HTTPS, with the handler", async () => {
    const auth = ExpressAuth(configure())
    const app = createApp(auth)
    await (await signedIn(createServer(app), { auth })).get("/me").expect(200)
    const { privateKey: key, certificate: cert } = selfSigned("localhost")
    const secure = await signedIn(createTlsServer({ key, cert }, app), { auth })
    await secure.get("/me").trustLocalhost().expect(200)
  })

  it("signs in for Passport's request API", async () => {
    const auth = ExpressAuth(configure())
    const app = express().use("/auth", auth)
    app.use(passport(auth, { deserializeUser: ({ user }) => ({ id: user.id, found: user.name }) }))
    app.get("/who", (req, res) => void res.json([req.isAuthenticated(), Object(req.user).found]))
    await (await signedIn(app, { user: { name: "Ada" } })).get("/who").expect(200, [true, "Ada"])
  })

  it("starts the session of a configuration that is chosen by host", async () => {
    const tenants = ["one.example", "two.example"]
    const auth = ExpressAuth((req) =>
      configure({ tenant: req.hostname, cookiePrefix: req.hostname.slice(0, 3) }),
    )
    const app = createApp(auth)
    for (const tenant of tenants) {
      const agent = await signedIn(app, { origin: `http://${tenant}` })
      await agent.get("/me").expect(200)
      const other = tenants.find((one) => one !== tenant) ?? ""
      await agent.get("/me").set("host", other).expect(401)
    }
  })

  it("uses the app's cookies for HTTPS, and keeps a renewed one", async () => {
    const renewing = {
      ...callbacks,
      jwt: ({ token }: { token: object }) => ({ ...token, now: Math.random() }),
    }
    const domain = { sessionToken: { name: "__Secure-mine", options: { domain: "shop.example" } } }
    const app = appOf({ url: "https://shop.example/auth", cookies: domain, callbacks: renewing })
    const agent = await signedIn(app)
    for (let turn = 0; turn < 3; turn += 1) {
      const { headers } = await agent.get("/me").expect(200)
      expect(String(headers["set-cookie"])).to.match(/^__Secure-mine=.*Domain=shop\.example.*Secure/)
    }
    await agent.post("/logout").expect(302)
    await agent.get("/me").expect(401)
  })

  it("starts an HTTPS session behind a trusted proxy", async () => {
    const app = appOf({ hosts: ["shop.example"] }).set("trust proxy", true)
    const agent = await signedIn(app, { origin: "https://shop.example" })
    const { headers } = await agent.get("/auth/signin").expect(200)
    expect(String(headers["set-cookie"])).to.include("__Host-authjs.csrf-token")
    await agent.get("/me").expect(200)
    const error = await rejection(signedIn(app))
    expect(error).to.include({ code: "ERR_AUTH_HOST_HEADER" })
  })

  it("runs the callbacks and events of a sign-in with the first provider", async () => {
    const adapter = createMemoryAdapter()
    const calls: unknown[] = []
    const jwt: NonNullable<typeof callbacks.jwt> = ({ token, account, trigger, isNewUser }) => {
      if (account) calls.push({ trigger, isNewUser, provider: account.provider, type: account.type })
      return token
    }
    const events = {
      createUser: ({ user }: { user: User }) => void calls.push(`created ${user.name}`),
      signIn: ({ isNewUser }: { isNewUser?: boolean }) => void calls.push(`signed in, new: ${isNewUser}`),
    }
    const app = appOf({ adapter, session: { strategy: "jwt" }, callbacks: { jwt }, events })
    await signedIn(app, { user: { name: "Ada" } })
    await signedIn(app, { user: { name: "Ada" } })
    const github = { provider: "github", type: "oauth" }
    expect(calls).to.deep.equal([
      "created Ada",
      { trigger: "signUp", isNewUser: true, ...github },
      "signed in, new: true",
      { trigger: "signIn", isNewUser: false, ...github },
      "signed in, new: false",
    ])
    expect([...adapter.rows.users.values()]).to.have.length(1)
  })

  it("is refused by a guard with `maxAge` just as a sign-in with that provider is", async () => {
    await (await signedIn(appOf())).get("/vault").expect(401)
    await (await signedIn(appOf({ providers: [password] }))).get("/vault").expect(200)
    const oidc = {
      id: "sso",
      name: "SSO",
      type: "oidc",
      issuer: "https://sso.example",
      clientId: "a",
    } as const
    const agent = await signedIn(appOf({ providers: [{ ...oidc, clientSecret: "b" }] }))
    await agent.get("/vault").expect(200)
  })

  it("signs in the user with an id, and changes what the test gives", async () => {
    const adapter = createMemoryAdapter()
    const app = appOf({ adapter, session: { strategy: "database" } })
    const ada = { id: "ada", name: "Ada", email: "ada@example.com", emailVerified: null }
    await adapter.createUser(ada)
    expect(await userOf(app, { user: { id: "ada" } })).to.include({ id: "ada", name: "Ada" })
    expect(await userOf(app, { user: { id: "ada", name: "Countess" } })).to.include({ name: "Countess" })
    expect(await adapter.getUser("ada")).to.include({ name: "Countess", email: "ada@example.com" })
    expect(await userOf(app, { user: { id: "bob" } })).to.include({ id: "bob", email: "bob@example.com" })
  })

  it("ends with the browser if the test says so", async () => {
    const { cookies } = await sessionCookies(appOf(), { remember: false })
    expect(cookies.map(({ expires }) => expires)).to.deep.equal([-1])
  })

  it("says what a callback or an adapter refused", async () => {
    const refused = await rejection(signedIn(appOf({ callbacks: { jwt: () => null } })))
    expect(refused).to.include({ code: "ERR_AUTH_LOGIN" })
    const adapter = {
      ...createMemoryAdapter(),
      createUser: () => Promise.reject(new Error("no such column")),
    }
    const failed = await rejection(signedIn(appOf({ adapter }), { user: { name: "Ada" } }))
    expect(failed).to.include({ code: "ERR_AUTH_TESTING" })
    expect(failed.message).to.include("could not find or store the test's user (name, email)")
    expect(String(failed.cause)).to.include("no such column")
  })

  it("names a misspelt option, an invalid date and an invalid origin", async () => {
    const misspelt = { role: ["admin"] } as TestPerson
    expect((await rejection(signedIn(appOf(), misspelt))).message).to.include('Did you mean "roles"?')
    const date = await rejection(signedIn(appOf(), { authTime: new Date("yesterday") }))
    expect(date.message).to.include("`authTime` of signedIn() is an invalid date")
    const origin = await rejection(signedIn(appOf(), { origin: "shop.example/app" }))
    expect(origin.message).to.include('`origin` of signedIn() is "shop.example/app"')
  })

  it("S56: throws in production", async () => {
    const app = appOf()
    const error = await rejection(withEnvironment({ NODE_ENV: "production" }, () => signedIn(app)))
    expect(error).to.include({ code: "ERR_AUTH_TESTING" })
    expect(error.message).to.include("does not run in production")
  })
})
