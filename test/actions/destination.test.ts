import { expect } from "chai"
import type express from "express"
import type { ExpressAuthConfig, ExpressAuthHandler } from "express-authjs"
import { sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { passwords } from "../support/passwords.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"

for (const [version, app] of expressVersions)
  describe(`a sign-in or sign-out without a destination, on ${version}`, () => {
    const { start, demo } = useAuthApps()

    const form = (action: string, fields = "") =>
      `<form method="post" action="${action}">${fields}<button>Go</button></form>`
    const routes = (server: express.Express, auth: ExpressAuthHandler) => {
      server.get("/login", async (req, res) => {
        const token = `<input name="csrfToken" value="${await auth.getCsrfToken(req, res)}">`
        res.send(form("/auth/callback/credentials", `${token}<input name="username"><input name="password">`))
      })
      server.get(["/article", "/enter", "/quiet"], async (req, res) => {
        if (req.path === "/quiet") res.set("referrer-policy", "no-referrer")
        const token = `<input name="csrfToken" value="${await auth.getCsrfToken(req, res)}">`
        res.send(
          `<a href="/auth/signin">Sign in</a>` +
            ["/auth/signin/demo", "/auth/signout", "/enter", "/leave"].map((to) => form(to, token)).join(""),
        )
      })
      server.post("/enter", (req, res, next) => void auth.signIn(req, res, "demo").catch(next))
      server.post("/leave", (req, res, next) => void auth.signOut(req, res).catch(next))
    }
    const open = (pages: ExpressAuthConfig["pages"] = {}) =>
      start({ providers: [demo(), passwords()], pages }, { express: app, routes })

    /** Follows a link of a page. */
    const click = (agent: UserAgent, page: Visit, href: string) =>
      agent.get(new URL(href, page.url).href, { referer: page.url, "sec-fetch-site": "same-origin" })
    const press = (agent: UserAgent, page: Visit, action: string) =>
      agent.submit(page, { formAction: new RegExp(`${action}$`) })

    it("ends on the page whose link led to the sign-in page", async () => {
      const { url } = await open()
      const agent = new UserAgent()
      const article = await agent.get(`${url}/article?a=b`)
      const page = await click(agent, article, "/auth/signin")
      const done = await signInAtProvider(agent, await press(agent, page, "/signin/demo"), {
        name: "Ada Lovelace",
      })
      expect(redirectTarget(done)).to.equal(`${url}/article?a=b`)
      const asking = await click(agent, article, "/auth/signout")
      expect(redirectTarget(await agent.submit(asking))).to.equal(`${url}/article?a=b`)
      expect(await sessionOf(agent, url)).to.equal(null)
    })

    for (const [what, way] of [
      ["straight to our routes", ["/auth/signin/demo", "/auth/signout"]],
      ["to the app's own handlers", ["/enter", "/leave"]],
    ] as const)
      it(`ends on the page with the form that posts ${what}`, async () => {
        const { url } = await open()
        const agent = new UserAgent()
        const article = await agent.get(`${url}/article`)
        const done = await signInAtProvider(agent, await press(agent, article, way[0]), {
          name: "Ada Lovelace",
        })
        expect(redirectTarget(done)).to.equal(`${url}/article`)
        expect(redirectTarget(await press(agent, article, way[1]))).to.equal(`${url}/article`)
      })

    it("ends on no page whose form posts to itself, nor on a page of another origin", async () => {
      const { url } = await open()
      const agent = new UserAgent()
      const own = await agent.get(`${url}/enter`)
      const done = await signInAtProvider(agent, await press(agent, own, "/enter"), { name: "Ada Lovelace" })
      expect(redirectTarget(done)).to.equal(`${url}/`)
      for (const referer of [
        "https://evil.example/",
        "//evil.example",
        "junk",
        `${url}@evil.example/`,
        "javascript:alert(1)",
      ]) {
        const out = await agent.post(`${url}/leave`, {}, { referer })
        expect(redirectTarget(out), referer).to.equal(`${url}/`)
      }
    })

    it("ends on no sign-in page of the app's own, but where that was to lead", async () => {
      const { url } = await open({ signIn: "/login", signOut: "/article" })
      const credentials = { fields: { username: "ada", password: "right" } }
      for (const [query, end] of [
        ["", "/"],
        ["?callbackUrl=%2Fasked", "/asked"],
        ["?callbackUrl=%2Flogin", "/"],
        ["?callbackUrl=%2Fauth%2Fsignin", "/"],
        ["?callbackUrl=https%3A%2F%2Fevil.example", "/"],
      ]) {
        const agent = new UserAgent()
        const login = await agent.get(`${url}/login${query}`)
        expect(redirectTarget(await agent.submit(login, credentials)), query).to.equal(url + end)
      }
      const agent = new UserAgent()
      const bye = await agent.get(`${url}/article`)
      expect(redirectTarget(await press(agent, bye, "/leave"))).to.equal(`${url}/`)
    })

    it("ends at the root where the browser does not name the page", async () => {
      const { url } = await open()
      const agent = new UserAgent()
      const quiet = await agent.get(`${url}/quiet`)
      const done = await signInAtProvider(agent, await press(agent, quiet, "/enter"), {
        name: "Ada Lovelace",
      })
      expect(redirectTarget(done)).to.equal(`${url}/`)
    })

    it("signs out to the page it started on, regardless of an abandoned sign-in", async () => {
      const { url } = await open()
      const agent = new UserAgent()
      await signIn(agent, url)
      await agent.get(`${url}/auth/signin?callbackUrl=%2Fcheckout`)
      const article = await agent.get(`${url}/article`)
      expect(redirectTarget(await press(agent, article, "/leave"))).to.equal(`${url}/article`)
    })

    it("carries login_hint and prompt of GET /auth/signin/:provider to the provider, and nothing else", async () => {
      const { url } = await open()
      for (const path of ["/auth/signin/demo", "/auth/signin"]) {
        const agent = new UserAgent()
        const query = "login_hint=ada%40example.com&prompt=login&client_id=evil&scope=admin&state=x"
        const page = await agent.get(`${url}${path}?${query}`)
        const leaving = await agent.submit(page, { formAction: /\/signin\/demo\?/ })
        const { searchParams } = new URL(redirectTarget(leaving) ?? "")
        expect(searchParams.get("login_hint"), path).to.equal("ada@example.com")
        expect(searchParams.get("prompt"), path).to.equal("login")
        expect(searchParams.get("client_id")).to.not.equal("evil")
        expect(searchParams.get("scope")).to.not.equal("admin")
        expect(searchParams.get("state")).to.not.equal("x")
      }
    })

    it("carries them to a sign-in page of the app's own", async () => {
      const { url } = await open({ signIn: "/login" })
      const { headers } = await new UserAgent().get(`${url}/auth/signin?login_hint=ada&prompt=login&state=x`)
      const { searchParams } = new URL(headers.get("location") ?? "", url)
      expect(Object.fromEntries(searchParams)).to.include({ login_hint: "ada", prompt: "login" })
      expect(searchParams.has("state")).to.equal(false)
    })
  })
