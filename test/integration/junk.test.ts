import { expect } from "chai"
import type { Application } from "express"
import { ExpressAuth } from "express-authjs"
import { credentialsConfig } from "../support/credentials-app.js"
import { hostileUrls } from "../support/hostile-urls.js"
import { expressVersions } from "../support/listen.js"
import { rawRequest } from "../support/raw-request.js"

const paths = [
  "/auth/signin",
  "/auth/session",
  "/auth/error",
  "/auth/signout",
  "/auth/callback/credentials",
  "/page",
]

for (const [version, express] of expressVersions) {
  function start(): Application {
    const auth = ExpressAuth(credentialsConfig())
    const app = express()
    app.set("trust proxy", true)
    app.set("env", "test")
    app.use("/auth", auth)
    app.get("/page", auth.requireAuth())
    return app
  }

  async function statusOf(
    app: Application,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<number> {
    return (await rawRequest(app, path, { headers })).status
  }

  describe(`S2 junk on ${version}`, () => {
    it("in Host and X-Forwarded-* gets 400, and the next request its answer", async () => {
      const app = start()
      const junk = [
        { host: "a b" },
        { host: "a@b" },
        { "x-forwarded-host": "<script>" },
        { "x-forwarded-proto": "javascript" },
        { "x-forwarded-proto": "http://evil.example/" },
      ]
      for (const headers of junk)
        for (const path of paths)
          expect(await statusOf(app, path, headers), JSON.stringify(headers)).to.equal(400)
      expect(await statusOf(app, "/auth/signin")).to.equal(200)
    })

    const values = [
      "Bearer %",
      "%E0%A4%A",
      "\u00ff\u0080",
      "=;=;;=",
      "__proto__=1; constructor=2",
      `authjs.session-token=${"x".repeat(4000)}`,
      "authjs.session-token=%E0%A4%A; authjs.callback-url=http://[; authjs.csrf-token=|",
    ]
    for (const name of [
      "authorization",
      "cookie",
      "x-forwarded-for",
      "accept",
      "origin",
      "referer",
      "hx-current-url",
    ])
      it(`in ${name} is no fault of the server`, async () => {
        const app = start()
        for (const value of values)
          for (const path of paths)
            expect(await statusOf(app, path, { [name]: value }), path + value).to.be.below(500)
      })

    for (const name of [
      "callbackUrl",
      "error",
      "code",
      "state",
      "email",
      "id",
      "token",
      "login_hint",
      "__proto__",
    ])
      it(`in the parameter ${name} is no fault of the server`, async () => {
        const app = start()
        const query = `${name}=%E0%A4%A&${name}=%00&${name}[]=x&${name}[__proto__]=x&${name}=http://[`
        for (const path of paths) expect(await statusOf(app, `${path}?${query}`), path).to.be.below(500)
      })

    it("S8 a callbackUrl that is no URL gets a plain answer, in query and cookie", async () => {
      const app = start()
      for (const url of hostileUrls) {
        const value = encodeURIComponent(url)
        expect(await statusOf(app, `/auth/signin?callbackUrl=${value}`), url).to.equal(200)
        expect(await statusOf(app, "/auth/signin", { cookie: `authjs.callback-url=${value}` }), url).to.equal(
          200,
        )
      }
    })
  })
}
