import { expect } from "chai"
import type { Application } from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { credentialsConfig } from "../support/credentials-app.js"
import { hostileUrls } from "../support/hostile-urls.js"
import { expressVersions, type Listening, listen } from "../support/listen.js"
import { RawBrowser } from "../support/raw-browser.js"
import type { RawAnswer } from "../support/raw-request.js"

const origin = "http://app.example"

/** As the documentation of Auth.js has it. */
const documented: NonNullable<NonNullable<ExpressAuthConfig["callbacks"]>["redirect"]> = ({
  url,
  baseUrl,
}) => {
  if (url.startsWith("/")) return `${baseUrl}${url}`
  return new URL(url).origin === baseUrl ? url : baseUrl
}

const configs: readonly (readonly [string, Partial<ExpressAuthConfig>])[] = [
  ["no callback", {}],
  ["the documented callback", { callbacks: { redirect: documented } }],
  ["a sign-in page of the app's own", { pages: { signIn: "/login", signOut: "/bye" } }],
]

for (const [version, express] of expressVersions) {
  for (const [title, config] of version === "Express 4" ? configs.slice(0, 1) : configs) {
    describe(`S7 hostile destinations with ${title} on ${version}`, () => {
      let server: Listening
      let browser: RawBrowser
      let token: string

      beforeEach(async () => {
        const auth = ExpressAuth(credentialsConfig(config))
        const app: Application = express()
        app.set("env", "test")
        app.use("/auth", auth)
        app.post("/in", express.urlencoded(), (req, res) =>
          auth.signIn(req, res, "credentials", { redirectTo: req.body.to }),
        )
        app.post("/out", express.urlencoded(), (req, res) =>
          auth.signOut(req, res, { redirectTo: req.body.to }),
        )
        server = await listen(app)
        browser = new RawBrowser(server.port, { host: "app.example" })
        token = JSON.parse((await browser.get("/auth/csrf")).body).csrfToken
      })
      afterEach(() => server.close())

      function expectOwn({ status, headers, body }: RawAnswer, url: string) {
        expect(status, url).to.be.oneOf([200, 302, 400])
        const targets = [headers.location, headers.refresh?.toString().replace(/^0;url=/, "")]
        for (const target of targets.filter((one) => one !== undefined))
          expect(new URL(String(target), origin).origin, url).to.equal(origin)
        for (const [, field] of body.matchAll(/name="callbackUrl" value="([^"]*)"/g))
          expect(new URL(String(field).replaceAll("&amp;", "&")).origin, url).to.equal(origin)
      }

      const fields = (more: Record<string, string>) =>
        new URLSearchParams({ csrfToken: token, name: "Ada", ...more })

      for (const url of hostileUrls)
        it(JSON.stringify(url), async () => {
          const query = `callbackUrl=${encodeURIComponent(url)}`
          for (const path of ["/auth/signin", "/auth/signin/credentials", "/auth/signout"])
            expectOwn(await browser.get(`${path}?${query}`), url)
          for (const path of [
            "/auth/callback/credentials",
            "/auth/signin/credentials",
            "/auth/signin",
            "/auth/signout",
          ]) {
            expectOwn(await browser.post(path, fields({ callbackUrl: url })), url)
            expectOwn(await browser.post(`${path}?${query}`, fields({})), url)
          }
          for (const path of ["/in", "/out"]) expectOwn(await browser.post(path, fields({ to: url })), url)
          browser.plant("authjs.callback-url", encodeURIComponent(url))
          expectOwn(await browser.post("/auth/callback/credentials", fields({})), url)
          browser.plant("authjs.callback-url", encodeURIComponent(url))
          expectOwn(await browser.post("/auth/signout", fields({})), url)
        })
    })
  }
}
