import { once } from "node:events"
import { get, type IncomingMessage } from "node:http"
import { basename } from "node:path"
import { expect } from "chai"
import type { Express, RequestHandler } from "express"
import { ExpressAuth, type ExpressAuthConfig, type GuardOptions } from "express-authjs"
import request from "supertest"
import { readForm } from "../support/html-form.js"
import { expressVersions, type Listening, listen } from "../support/listen.js"
import { passwords } from "../support/passwords.js"
import { atTime, now } from "../support/session-apps.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

const secret = "a secret of at least thirty-two characters"
const builtIn: ExpressAuthConfig["pages"] = {}
const own: ExpressAuthConfig["pages"] = { signIn: "/login", error: "/oops", verifyRequest: "/mailed" }

interface Start {
  guard?: GuardOptions
  /** Before the mount, behind a guard that stands before it. */
  between?: (app: Express) => void
  more?: (app: Express) => void
}

for (const [version, express] of expressVersions)
  for (const place of ["before", "after"] as const)
    for (const [whose, pages] of [
      ["the built-in pages", builtIn],
      ["pages of the app's own", own],
    ] as const)
      describe(`a guard of the whole app, ${place} the mount, with ${whose}, on ${version}`, () => {
        const open: Listening[] = []
        afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

        async function start({ guard, between, more }: Start = {}) {
          const auth = ExpressAuth({
            secret,
            pages,
            providers: [passwords()],
            logger: { warn() {}, error() {} },
          })
          const form = express.urlencoded({ extended: false })
          const app = express()
          app.set("env", "test")
          if (place === "before") app.use(auth.requireAuth(guard))
          between?.(app)
          app.use("/auth", auth)
          if (place === "after") app.use(auth.requireAuth(guard))
          const login: RequestHandler = (req, res, next) =>
            void auth.signIn(req, res, "credentials").catch(next)
          app.get("/login", (_req, res) => {
            res.send('<form method="post"><input name="username"><input name="password"></form>')
          })
          app.post("/login", form, login)
          app.get(["/oops", "/mailed"], (req, res) => void res.status(400).send(`This is ${req.path}`))
          more?.(app)
          app.use((req, res) => void res.send(`${req.path} for ${req.auth?.user.name ?? "a visitor"}`))
          const server = await listen(app)
          open.push(server)
          return server
        }

        const submit = (agent: UserAgent, page: Visit) =>
          agent.submit(page, { fields: { username: "ada", password: "right" } })

        it("leads to the sign-in page by one redirect, and back to the requested page", async () => {
          const { url } = await start()
          const agent = new UserAgent()
          const refused = await agent.get(`${url}/asked?a=b`)
          expect(refused.status).to.equal(302)
          const page = await agent.follow(refused)
          expect(page.status, redirectTarget(page)).to.equal(200)
          expect(readForm(page).method).to.equal("POST")
          const done = await agent.followAll(await submit(agent, page))
          expect([done.url, done.body]).to.deep.equal([`${url}/asked?a=b`, "/asked for ada"])
        })

        it("serves what the sign-in page needs", async () => {
          const { url } = await start()
          const agent = new UserAgent()
          const page = await agent.get(`${url}/auth/signin/credentials`)
          expect(page.status).to.equal(200)
          const [, style = ""] = /<link rel="stylesheet" href="([^"]+)"/.exec(page.body) ?? []
          expect((await agent.get(new URL(style, url).href)).status).to.equal(200)
          for (const path of ["csrf", "session", "providers"])
            expect((await agent.get(`${url}/auth/${path}`)).status, path).to.equal(200)
        })

        it("shows the error page instead of asking to sign in", async () => {
          const { url } = await start()
          const agent = new UserAgent()
          const page = await agent.followAll(await agent.get(`${url}/auth/error?error=Verification`))
          expect(page.status).to.equal(400)
          expect(new URL(page.url).pathname).to.equal(pages === own ? "/oops" : "/auth/error")
        })

        it("guards everything else, below the mount too", async () => {
          const { url } = await start({
            more: (app) =>
              app.all(
                ["/auth/assets/secret.txt", "/auth/link/demo", "/auth/signout/x", "/auth/mine"],
                (_req, res) => {
                  res.send("secret")
                },
              ),
          })
          const agent = new UserAgent({ navigate: false })
          for (const path of [
            ...["/", "/asked", "/auth/mine", "/auth/assets/secret.txt", "/auth/signout/x"],
            ...[
              "/authx/signin",
              "/x/auth/signin",
              "/auth/signin/a/b",
              "/login/x",
              "/loginx",
              "/LOGIN",
              "//login",
            ],
            ...["/auth%2Fsignin", "/%61uth/mine", "/x/../auth/mine", "/login%2F", "/login;x"],
          ])
            expect((await agent.get(url + path)).status, path).to.equal(401)
          // The mount itself leads to the sign-in page, where a guard before it does not refuse the request.
          for (const path of ["/auth", "/auth/"])
            expect((await agent.get(url + path)).status, path).to.equal(place === "before" ? 401 : 302)
          for (const path of ["/auth/link/demo", "/auth/unlink/demo", "/oops", "/mailed", "/asked"])
            expect((await agent.post(url + path)).status, path).to.be.oneOf([401, 404])
          expect((await agent.post(`${url}/auth/link/demo`)).body).to.not.equal("secret")
        })

        it("opens no file of express.static by a path that only looks like a route of ours", async () => {
          const files = (app: Express) => app.use(express.static(import.meta.dirname))
          const { url } = await start(place === "before" ? { between: files } : { more: files })
          const file = encodeURIComponent(basename(import.meta.filename))
          for (const path of [
            `/auth/assets/..%2f..%2f${file}`,
            `/auth/signin/..%2F..%2F${file}`,
            `/auth/callback/%2e%2e%2f%2e%2e%2f${file}`,
            `/auth/session/..%2f..%2f${file}`,
            "/auth/signin/..",
            "/auth/signin/%2e%2e",
          ]) {
            const { body } = await rawGet(url, path)
            expect(body, path).to.not.include("opens no file of express.static")
          }
        })

        it("lets users sign out who may not see the page", async () => {
          const { url } = await start({ guard: { roles: ["admin"] } })
          const agent = new UserAgent()
          await submit(agent, await agent.get(`${url}/auth/signin/credentials`))
          expect((await agent.get(`${url}/asked`)).status).to.equal(403)
          const page = await agent.get(`${url}/auth/signout`)
          expect((await agent.submit(page)).status).to.equal(302)
          expect((await agent.get(`${url}/auth/session`)).body).to.equal("null")
        })

        it("asks for a fresh sign-in by one redirect, too", async () => {
          const { url } = await start({ guard: { maxAge: 60 } })
          const agent = new UserAgent()
          await submit(agent, await agent.get(`${url}/auth/signin/credentials`))
          await atTime(now() + 120, async () => {
            const page = await agent.follow(await agent.get(`${url}/asked`))
            expect(page.status, redirectTarget(page)).to.equal(200)
          })
        })
      })

for (const [version, express] of expressVersions)
  describe(`a sign-in page that its query tells apart, on ${version}`, () => {
    const auth = ExpressAuth({ secret, pages: { signIn: "/?view=login" }, providers: [passwords()] })
    const app = express()
    app.use(auth.requireAuth())
    app.use("/auth", auth)
    app.use((req, res) => void res.send(req.url))

    it("is open, and opens no other page of its path", async () => {
      const ask = (path: string) => request(app).get(path).set("accept", "text/html")
      const { headers } = await ask("/asked").expect(302)
      await ask(headers.location ?? "").expect(200)
      for (const path of [
        "/",
        "/?view=admin",
        "/?view=login&view=admin",
        "/?view=admin&view=login",
        "/?View=login",
      ])
        await ask(path).expect(302)
    })
  })

/** Clients by the book would resolve dot segments before they ask. */
async function rawGet(url: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url)
  const sent = get({ hostname, port, path })
  const [answer]: IncomingMessage[] = await once(sent, "response")
  const body = answer ? (await answer.toArray()).join("") : ""
  return { status: answer?.statusCode ?? 0, body }
}
