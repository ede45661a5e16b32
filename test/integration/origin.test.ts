import { expect } from "chai"
import type { Application } from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { credentialsConfig } from "../support/credentials-app.js"
import { readForm } from "../support/html-form.js"
import { expressVersions, type Listening, listen } from "../support/listen.js"
import { RawBrowser } from "../support/raw-browser.js"
import { rawRequest } from "../support/raw-request.js"

type Headers = Record<string, string>

interface Case {
  trustProxy: boolean | number
  headers: "none" | "honest" | "forged"
  url?: string
  /** What a proxy in front takes from the path. */
  prefix: "" | "/shop"
}

const inner = "inner.example:3000"

/** Origins by who is believed: our address, the proxy's headers, or the request itself. */
function expectedOrigin({ trustProxy, headers, url }: Case): string {
  if (url) return new URL(url).origin
  if (trustProxy === false || headers === "none") return `http://${inner}`
  return headers === "honest" ? "https://public.example" : "https://evil.example"
}

const sent: Record<Case["headers"], Headers> = {
  none: {},
  honest: { "x-forwarded-host": "public.example", "x-forwarded-proto": "https" },
  forged: { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
}

const cases: Case[] = [false, true, 1].flatMap((trustProxy) =>
  (["none", "honest", "forged"] as const).flatMap((headers) => [
    { trustProxy, headers, prefix: "" as const },
    { trustProxy, headers, prefix: "" as const, url: "https://public.example" },
    { trustProxy, headers, prefix: "/shop" as const, url: "https://public.example/shop/auth" },
  ]),
)

const idp = {
  id: "idp",
  name: "IdP",
  type: "oauth" as const,
  clientId: "id",
  clientSecret: "s",
  authorization: "https://idp.example/authorize",
  token: "https://idp.example/token",
  userinfo: "https://idp.example/me",
}

for (const [version, express] of expressVersions) {
  function start(trustProxy: Case["trustProxy"], config: Partial<ExpressAuthConfig> = {}): Application {
    const base = credentialsConfig()
    const auth = ExpressAuth({ ...base, providers: [...base.providers, idp], ...config })
    const app = express()
    app.set("trust proxy", trustProxy)
    app.set("env", "test")
    app.use("/auth", auth)
    app.get("/page", auth.requireAuth(), (_req, res) => {
      res.send("the page")
    })
    app.get("/me", async (req, res) => {
      res.json(await auth.getSession(req))
    })
    return app
  }

  describe(`the origin on ${version}`, () => {
    let server: Listening | undefined
    afterEach(async () => {
      await server?.close()
      server = undefined
    })

    for (const one of cases) {
      const origin = expectedOrigin(one)
      const secure = origin.startsWith("https:")
      const title = `trust proxy ${one.trustProxy}, headers ${one.headers}, url ${one.url ?? "unset"}`
      const headers = { host: inner, ...sent[one.headers] }
      const base = `${one.prefix}/auth`

      it(`is ${origin} everywhere: ${title}`, async () => {
        const app = start(one.trustProxy, one.url ? { url: one.url } : {})
        server = await listen(app)
        const browser = new RawBrowser(server.port, headers)

        const page = await browser.get("/auth/signin")
        expect(browser.cookieNames()).to.deep.equal([
          secure ? "__Host-authjs.csrf-token" : "authjs.csrf-token",
        ])
        const form = readForm({ url: origin + base, body: page.body }, { formAction: /signin\/idp/ })
        expect(form.action).to.equal(`${origin}${base}/signin/idp`)

        const leaving = await browser.post("/auth/signin/idp", form.fields)
        const sentTo = new URL(String(leaving.headers.location))
        expect(sentTo.origin).to.equal("https://idp.example")
        expect(sentTo.searchParams.get("redirect_uri")).to.equal(`${origin}${base}/callback/idp`)
        expect(browser.lines.filter((line) => /; Secure/.test(line))).to.have.lengthOf(
          secure ? browser.lines.length : 0,
        )
        expect(
          browser.lines.some((line) => line.includes(`state.`) && line.includes(`Path=${base};`)),
        ).to.equal(true)

        form.fields.set("name", "Ada")
        const signedIn = await browser.post("/auth/callback/credentials", form.fields)
        expect(signedIn.status, signedIn.body).to.equal(302)
        expect(new URL(String(signedIn.headers.location), origin).origin).to.equal(origin)
        expect(browser.cookieNames()).to.include(`${secure ? "__Secure-" : ""}authjs.session-token`)
        expect(JSON.parse((await browser.get("/me")).body).user).to.include({ name: "Ada" })
        expect((await browser.get("/page")).body).to.equal("the page")

        const refused = await rawRequest(app, "/page?a=1", { headers: { ...headers, accept: "text/html" } })
        const callbackUrl = new URL(String(refused.headers.location), origin).searchParams.get("callbackUrl")
        expect(callbackUrl).to.equal(`${origin}${one.prefix}/page?a=1`)
      })
    }

    it("S18 answers only to its hosts", async () => {
      const app = start(false, { hosts: ["public.example"] })
      expect(
        (await rawRequest(app, "/auth/signin", { headers: { host: "public.example" } })).status,
      ).to.equal(200)
      for (const path of ["/auth/signin", "/page"])
        expect((await rawRequest(app, path, { headers: { host: "evil.example" } })).status).to.equal(400)
    })
  })
}
