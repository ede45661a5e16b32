import { utimesSync } from "node:fs"
import { join } from "node:path"
import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import express4 from "express4"
import helmet from "helmet"
import request from "supertest"
import { resolveViews } from "../../lib/config/resolve-views.js"
import { ExpressAuthError } from "../../lib/errors.js"
import { renderAddressMail } from "../../lib/pages/address-mail.js"
import { renderMail } from "../../lib/pages/mail.js"
import { textsOf } from "../../lib/texts/texts.js"
import { pathOfView, replaceableViews } from "../../lib/views/own-views.js"
import { readView } from "../../lib/views/read-view.js"
import { secret, useAuthApps } from "../support/auth-apps.js"
import { recordingLogger } from "../support/recording-logger.js"
import { UserAgent } from "../support/user-agent.js"
import { useViewsFolders, writeViews } from "../support/views-folder.js"
import { withEnvironment } from "../support/with-environment.js"
import { renderEveryPage, toContext } from "./every-page.js"

describe("templates of the app's own", () => {
  const { start } = useAuthApps()
  const createViews = useViewsFolders()
  const open = (url: string) => new UserAgent().get(`${url}/auth/signin`)

  for (const [version, create] of Object.entries({ 4: express4, 5: express }))
    it(`replace ours one by one, with the same texts and models, on Express ${version}`, async () => {
      const views = createViews({
        "sign-in.ejs": `<h1>Mine: <%= t("signIn.heading") %></h1><% for (const group of page.groups) for (const method of group) { %>
          <%- partial(method.kind, method) %><% } %><%- rich("signIn.lead", page) %><%= "<b>" %>`,
        "partials/icon.ejs": "<i>icon</i>",
      })
      const { url } = await start({ views, locale: "de" }, { express: create as typeof express })
      const { body } = await open(url)
      expect(body).to.include("<h1>Mine: Anmelden</h1>").and.include("<i>icon</i>").and.include("&lt;b&gt;")
      expect(body)
        .to.include('<form method="post" action="/auth/signin/demo">')
        .and.include('name="csrfToken"')
      expect(body).to.include('<main class="card">')
      const signOut = await new UserAgent().get(`${url}/auth/signout`)
      expect(signOut.body).to.include('class="head"').and.not.include("Mine")
    })

  it("that throw give way to ours, and are logged once for each cause, with file and line", async () => {
    const views = createViews({
      "sign-in.ejs": "<p>\n<%= page.nothing.there %></p>",
      "sign-out.ejs": '<%- partial("../../package", page) %>',
      "partials/hidden.ejs": '<% throw new Error("broken") %>',
    })
    const { url, logs } = await start({ views })
    for (let visit = 0; visit < 3; visit++) {
      const { body, status } = await open(url)
      expect(status).to.equal(200)
      expect(body).to.include('action="/auth/signin/demo"').and.include('name="csrfToken"')
    }
    const signOut = await new UserAgent().get(`${url}/auth/signout`)
    expect(signOut.body).to.include('href="/auth/signin?callbackUrl=')
    const errors = logs.flatMap(({ error }) => (error instanceof ExpressAuthError ? error : []))
    expect(errors.map(({ code }) => code)).to.deep.equal(Array(3).fill("ERR_AUTH_VIEW"))
    const causes = errors.map(({ message, cause }) => `${message} ${String(cause)}`)
    expect(causes[0])
      .to.include("sign-in.ejs")
      .and.include(`${join(views, "sign-in.ejs")}:2`)
    expect(causes[1]).to.include("partials/hidden.ejs").and.include("broken")
    expect(causes[2]).to.include("sign-out.ejs").and.include('There is no template "partials/../../package"')
  })

  it("include the layout and the style sheet, which gets a URL of its own", async () => {
    const views = createViews({
      "layout.ejs": `<!doctype html><title>Mine</title><% for (const href of page.styleSheets) { %><link href="<%= href %>"><% } %>
        <%- page.body %>`,
      "style.css": "body { color: red }",
    })
    const { url } = await start({ views })
    const { url: plain } = await start()
    const linkOf = (body: string) => /"(\/auth\/assets\/style\.css\?v=[^"]+)"/.exec(body)?.[1]
    const { body } = await open(url)
    expect(body).to.include("<title>Mine</title>")
    expect(linkOf(body)).to.not.equal(linkOf((await open(plain)).body))
    const style = await new UserAgent().get(url + linkOf(body))
    expect(style.body).to.equal("body { color: red }")
    expect(style.headers.get("cache-control")).to.include("immutable")
    expect(style.headers.get("content-type")).to.equal("text/css; charset=utf-8")
  })

  it("keep the strict policy, with the nonce of the app where it has one", async () => {
    const views = createViews({ "error.ejs": '<script nonce="<%= nonce %>">1</script>' })
    const policyOf = async (nonce: unknown) => {
      const before = (app: express.Express) =>
        void app.use((_req, res, next) => {
          res.locals.cspNonce = nonce
          next()
        }, helmet())
      const { url } = await start({ views }, { before })
      const { body, headers } = await new UserAgent().get(`${url}/auth/error`)
      return { body, policy: headers.get("content-security-policy") ?? "" }
    }
    const { body, policy } = await policyOf("bm9uY2U+/w==")
    expect(body).to.include('nonce="bm9uY2U+/w=="')
    expect(policy).to.include("script-src 'self' 'nonce-bm9uY2U+/w=='; ")
    expect(policy).to.include("style-src 'self' 'nonce-bm9uY2U+/w=='; ").and.include("default-src 'none'")
    for (const other of [undefined, 5, "a'; script-src *", "x\r\ny", ""]) {
      const { policy } = await policyOf(other)
      expect(policy).to.include("script-src 'self'; ").and.not.include("nonce")
    }
  })

  it("are read again in development, and stay as they were while a file is broken", async () => {
    const views = createViews({ "sign-in.ejs": "first" })
    const { url, logs } = await withEnvironment({ NODE_ENV: "development" }, () => start({ views }))
    let time = Date.now() / 1000
    const write = (files: Record<string, string>) => {
      writeViews(views, files)
      time += 10
      for (const name of Object.keys(files)) utimesSync(join(views, name), time, time)
    }
    const shown = async () => /<main class="card">\s*([^<]*?)\s*</.exec((await open(url)).body)?.[1]
    expect(await shown()).to.equal("first")
    write({ "sign-in.ejs": "other" })
    expect(await shown()).to.equal("other")
    write({ "sign-in.ejs": "<% if ( %>" })
    expect([await shown(), await shown()]).to.deep.equal(["other", "other"])
    const broken = logs.filter(({ level }) => level === "error")
    expect(broken).to.have.lengthOf(1)
    expect(broken[0]?.text).to.include("sign-in.ejs:1 does not compile")
    write({ "sign-in.ejs": "third" })
    expect(await shown()).to.equal("third")
  })

  it("are not read again in production", async () => {
    const views = createViews({ "sign-in.ejs": "first" })
    const { url } = await start({ views })
    writeViews(views, { "sign-in.ejs": "a longer text" })
    expect((await open(url)).body)
      .to.include("first")
      .and.not.include("a longer text")
  })

  it("may differ between the configurations that a function chooses", async () => {
    const folders = [createViews({ "sign-in.ejs": "first" }), createViews({ "sign-in.ejs": "second" })]
    const app = express()
    const auth = ExpressAuth((req) => ({
      ...{ providers: [], secret, logger: { warn: () => {} }, basePath: "/auth" },
      ...{ tenant: String(req.query.tenant), views: String(folders[Number(req.query.tenant)]) },
    }))
    app.use("/auth", auth)
    for (const [tenant, text] of ["first", "second", "second"].entries())
      await request(app)
        .get(`/auth/signin?tenant=${Math.min(tenant, 1)}`)
        .expect(200, new RegExp(text))
  })

  it("give the same pages as ours, if they are copies of ours", () => {
    const copies = replaceableViews().map((name) => [name, readView(pathOfView(name))])
    const { logger, errors } = recordingLogger()
    const views = resolveViews(createViews(Object.fromEntries(copies)), { development: false }, logger)?.()
    expect(views?.templates.size).to.equal(copies.length - 1)
    const plain = renderEveryPage(toContext())
    for (const [name, html] of Object.entries(renderEveryPage({ ...toContext(), views })))
      expect(html.replace(/\s+/g, ""), name).to.equal(plain[name]?.replace(/\s+/g, ""))
    expect(errors).to.deep.equal([])
  })

  it("replace those of mails", () => {
    const views = createViews({
      "mail.ejs": "<p><%= page.code %></p>",
      "account-mail.ejs": "<b><%= page.url %></b>",
    })
    const { logger, errors } = recordingLogger()
    const look = { theme: {}, views: resolveViews(views, { development: false }, logger)?.() }
    const link = { url: "https://app.example.com/x", code: "012345", expires: new Date() }
    expect(renderMail(look, textsOf("en"), link).html).to.equal("<p>012345</p>")
    const about = { kind: "confirm", url: link.url, address: "ada@example.com" } as const
    expect(renderAddressMail(look, textsOf("en"), about).html).to.equal("<b>https://app.example.com/x</b>")
    expect(errors).to.deep.equal([])
  })
})
