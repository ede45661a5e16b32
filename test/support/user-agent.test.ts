import { expect } from "chai"
import express from "express"
import { type Listening, listen } from "./listen.js"
import { UserAgent } from "./user-agent.js"

describe("UserAgent", () => {
  let app: Listening
  before(async () => {
    app = await listen(testApp())
  })
  after(() => app.close())

  it("sends what a browser sends for a typed address", async () => {
    const { body } = await new UserAgent().get(`${app.url}/echo`)
    const headers = JSON.parse(body).headers
    expect(headers)
      .to.include({ "sec-fetch-site": "none", "sec-fetch-mode": "navigate" })
      .and.not.have.property("origin")
    expect(headers.accept).to.match(/^text\/html/)
  })

  it("sends only the given headers when it does not navigate", async () => {
    const { body } = await new UserAgent({ navigate: false, headers: { accept: "application/json" } }).get(
      `${app.url}/echo`,
    )
    expect(JSON.parse(body).headers)
      .to.include({ accept: "application/json" })
      .and.not.have.property("sec-fetch-mode")
  })

  it("submits a form with its hidden fields, the button pressed, and Origin", async () => {
    const agent = new UserAgent()
    const page = await agent.get(`${app.url}/form`)
    const { body } = await agent.submit(page, { button: "Go", fields: { name: "Ada" } })
    const echo = JSON.parse(body)
    expect(echo.body).to.deep.equal({ csrf: "t", name: "Ada", size: "m", go: "1" })
    expect(echo.headers).to.include({ origin: app.url, "sec-fetch-site": "same-origin" })
  })

  it("posts with Origin: null from a page under Helmet's no-referrer", async () => {
    const agent = new UserAgent()
    const page = await agent.get(`${app.url}/form?policy=no-referrer`)
    const { body } = await agent.submit(page, { button: "Go" })
    expect(JSON.parse(body).headers).to.include({ origin: "null", "sec-fetch-site": "same-origin" })
  })

  it("keeps Lax cookies from another site's POST and sends them on its links", async () => {
    const agent = new UserAgent()
    await agent.get(`${app.url}/cookies`)
    const foreign = await agent.get(`${app.url.replace("localhost", "127.0.0.1")}/form?to=${app.url}/echo`)
    const posted = JSON.parse((await agent.submit(foreign, { button: "Go" })).body)
    expect(posted.headers).to.include({ "sec-fetch-site": "cross-site" }).and.not.have.property("cookie")
    const link = await agent.get(`${app.url.replace("localhost", "127.0.0.1")}/to?location=${app.url}/echo`)
    const followed = JSON.parse((await agent.follow({ ...link, site: "same-origin" })).body)
    expect(followed.headers).to.include({ "sec-fetch-site": "cross-site", cookie: "lax=1" })
  })

  it("follows Location and Refresh, and repeats a POST after 307", async () => {
    const agent = new UserAgent()
    const refresh = await agent.follow(await agent.get(`${app.url}/to?refresh=/echo`))
    expect(refresh.url).to.equal(`${app.url}/echo`)
    const repeated = await agent.follow(
      await agent.post(`${app.url}/to?status=307&location=/echo`, { a: ["1", "2"] }),
    )
    expect(JSON.parse(repeated.body)).to.deep.include({ method: "POST", body: { a: ["1", "2"] } })
    const turned = await agent.follow(await agent.post(`${app.url}/to?status=303&location=/echo`, { a: "1" }))
    expect(JSON.parse(turned.body)).to.include({ method: "GET" })
  })

  it("lists the forms when none fits", async () => {
    const agent = new UserAgent()
    const page = await agent.get(`${app.url}/form`)
    const failure = await agent.submit(page, { formAction: "/nowhere" }).catch((error: Error) => error)
    expect(failure).to.be.an("error").with.property("message").that.includes(`Its forms: ${app.url}/echo`)
  })
})

function testApp() {
  const app = express()
  app.use(express.urlencoded())
  app.all("/echo", (req, res) => res.json({ method: req.method, headers: req.headers, body: req.body }))
  app.get("/cookies", (_req, res) => {
    res.cookie("lax", "1", { sameSite: "lax" }).cookie("strict", "1", { sameSite: "strict" }).end()
  })
  app.get("/form", (req, res) => {
    if (req.query.policy) res.set("Referrer-Policy", String(req.query.policy))
    res.send(`<form method="post" action="${req.query.to ?? "/echo"}">
      <input type="hidden" name="csrf" value="t"><input name="name"><input type="checkbox" name="no">
      <select name="size"><option>s</option><option selected value="m">M</option></select>
      <button name="back" value="1">Back</button><button name="go" value="1"><b>Go</b></button></form>`)
  })
  app.all("/to", (req, res) => {
    if (req.query.refresh) res.set("Refresh", `0;url=${req.query.refresh}`).send("<a>on</a>")
    else res.redirect(Number(req.query.status ?? 302), String(req.query.location))
  })
  return app
}
