import { expect } from "chai"
import express, { type Request, type Response } from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import express4 from "express4"
import request from "supertest"
import { type AuthAppOptions, secret, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"
import { useViewsFolders } from "../support/views-folder.js"

const password = Credentials({
  credentials: { username: {} },
  authorize: ({ username }) => ({ id: "1", name: String(username) }),
})

/** Shows what a template would contain. */
const show = (name: "signInButton" | "signOutForm" | "csrfField" | "userMenu", ...args: string[]) =>
  ((_req: Request, res: Response) => void res.send(res.locals[name](...args))) as express.RequestHandler

const routes: AuthAppOptions["routes"] = (app, auth) => {
  app.use(auth.views())
  app.get("/none", (req, res) => void res.send(req.auth?.user.name ?? "nobody"))
  app.get("/menu", show("userMenu"))
  app.get("/button", show("signInButton"))
  app.get("/demo", show("signInButton", "demo"))
  app.get("/password", show("signInButton", "credentials"))
  app.get("/unknown", show("signInButton", "dem"))
  app.all("/posted", show("signInButton"))
  app.get("/form", (_req, res) => {
    const { csrfField } = res.locals
    const action = "/auth/callback/credentials"
    res.send(`<form method="post" action="${action}">${csrfField()}<input name="username"></form>`)
  })
}

describe("auth.views()", () => {
  const { start, demo } = useAuthApps()
  const createViews = useViewsFolders()

  for (const [version, create] of Object.entries({ 4: express4, 5: express }))
    describe(`on Express ${version}`, () => {
      const options = { express: create as typeof express, routes }

      it("signs in at a provider and comes back to the page, with its query", async () => {
        const { url } = await start({}, options)
        const agent = new UserAgent()
        const page = await agent.get(`${url}/demo?a=1&b=%22%3E`)
        expect(textOf(page.body)).to.equal("Continue with Demo")
        const leaving = await agent.submit(page, { formAction: "/auth/signin/demo" })
        const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
        expect(back.headers.get("location")).to.equal(`${url}/demo?a=1&b=%22%3E`)
      })

      it("S54 shows who is signed in, escaped, with the account page, and signs out", async () => {
        const { url } = await start({ providers: [password] }, options)
        const agent = new UserAgent()
        await agent.submit(await agent.get(`${url}/form`), { fields: { username: "<b>Ada</b> & co" } })
        const menu = await agent.get(`${url}/menu`)
        expect(menu.body).to.include('<a href="/auth/account">&lt;b&gt;Ada&lt;/b&gt; &amp; co</a>')
        expect(menu.headers.get("cache-control")).to.equal("private, no-store")
        expect((await agent.get(`${url}/none`)).body).to.equal("<b>Ada</b> & co")
        const out = await agent.submit(menu, { formAction: "/auth/signout" })
        expect(out.status).to.equal(302)
        expect(await sessionOf(agent, url)).to.equal(null)
        expect(textOf((await agent.get(`${url}/menu`)).body)).to.equal("Sign in")
      })
    })

  it("leads to the sign-in page, and back", async () => {
    const { url } = await start({ providers: [password, demo()] }, { routes })
    const { body } = await new UserAgent().get(`${url}/button?x=1`)
    expect(body).to.include(`href="/auth/signin?callbackUrl=${encodeURIComponent(`${url}/button?x=1`)}"`)
    const alone = await new UserAgent().get(`${url}/password`)
    expect(alone.body).to.include('<a class="auth-sign-in" href="/auth/signin/credentials?callbackUrl=')
    expect(textOf(alone.body)).to.equal("Continue with Credentials")
  })

  it("comes back to the form after a post, and never to another site", async () => {
    const { url } = await start({ providers: [password] }, { routes })
    const destination = async (path: string, referer?: string) => {
      const { text } = await request(url)
        .post(path)
        .set(referer ? { referer } : {})
      return decodeURIComponent(/callbackUrl=([^"]+)/.exec(text)?.[1] ?? "")
    }
    expect(await destination("/posted", `${url}/the-form`)).to.equal(`${url}/the-form`)
    expect(await destination("/posted", "https://evil.example/")).to.equal(`${url}/posted`)
    expect(await destination("/posted")).to.equal(`${url}/posted`)
  })

  it("keeps the destination on a sign-in page of the app's own", async () => {
    const { url } = await start({ providers: [password], pages: { signIn: "/button" } }, { routes })
    const linkOn = async (query: string) => {
      const { body } = await new UserAgent().get(`${url}/button?${query}`)
      return new URL(/href="([^"]+)"/.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? "", url)
    }
    const link = await linkOn("callbackUrl=%2Freports")
    expect(link.pathname).to.equal("/button")
    expect(link.searchParams.get("callbackUrl")).to.equal(`${url}/reports`)
    const evil = await linkOn("callbackUrl=https%3A%2F%2Fevil.example")
    expect(evil.searchParams.get("callbackUrl")).to.equal(`${url}/`)
  })

  it("sets no cookie and no cache header until a form is shown", async () => {
    const { url } = await start({}, { routes })
    for (const path of ["/none", "/button"]) {
      const { headers } = await new UserAgent().get(url + path)
      expect(headers.getSetCookie(), path).to.deep.equal([])
      expect(headers.get("cache-control"), path).to.equal(null)
    }
    const { headers } = await new UserAgent().get(`${url}/form`)
    expect(headers.getSetCookie()).to.have.lengthOf(1)
    expect(headers.get("cache-control")).to.equal("private, no-store")
  })

  it("names the providers if there is none with the id", async () => {
    const { url } = await start({}, { routes })
    const { status, body } = await new UserAgent().get(`${url}/unknown`)
    expect(status).to.equal(500)
    expect(body).to.include("Configured: demo.")
  })

  it("is in the visitor's language, and follows pages.account", async () => {
    const { url } = await start(
      { providers: [password], pages: { account: "/me" }, locale: "de" },
      { routes },
    )
    const agent = new UserAgent()
    expect(textOf((await agent.get(`${url}/menu`)).body)).to.equal("Anmelden")
    await agent.submit(await agent.get(`${url}/form`), { fields: { username: "Ada" } })
    const { body } = await agent.get(`${url}/menu`)
    expect(body).to.include('<a href="/me">Ada</a>').and.include("Abmelden")
  })

  it("can be restyled with templates of the app's own, as every partial", async () => {
    const views = createViews({
      "partials/app/sign-in-button.ejs": '<a class="mine" href="<%= page.link %>">Go</a>',
    })
    const { url } = await start({ views }, { routes })
    expect((await new UserAgent().get(`${url}/button`)).body).to.include('<a class="mine"')
  })

  it("fails where it is not called, and as session() does where the mount is unknown", async () => {
    const auth = ExpressAuth({ providers: [], secret, logger: { warn: () => {} } })
    const app = express()
    app.get("/wrong", auth.views as never, (_req, res) => void res.send("no"))
    app.get("/unknown", auth.views(), show("signOutForm"))
    app.use(
      ((error, _req, res, _next) => void res.status(500).send(error.code)) as express.ErrorRequestHandler,
    )
    await request(app).get("/wrong").expect(500, "ERR_AUTH_INVALID_OPTION")
    await request(app).get("/unknown").expect(500, "ERR_AUTH_MOUNT")
  })

  it("refuses a malformed Host, as session() does", async () => {
    const { url } = await start({}, { routes })
    await request(url).get("/menu").set("host", "a b").expect(400)
  })
})
