import { createServer, request, type Server } from "node:http"
import { expect } from "chai"
import type { FakeProvider } from "express-authjs/testing"
import { type Listening, listen } from "../support/listen.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { importExample, startSso } from "./import-example.js"

/** A reverse proxy as people run them: takes "/shop" away, says what it did, and hands on a Host of its own. */
function createProxy(toPort: () => number): Server {
  return createServer((incoming, outgoing) => {
    const path = /^\/shop(\/.*)$/.exec(incoming.url ?? "")?.[1]
    if (path === undefined) return outgoing.writeHead(404).end("not the shop")
    const headers = {
      ...incoming.headers,
      host: "internal.invalid",
      "x-forwarded-host": incoming.headers.host,
      "x-forwarded-proto": "http",
    }
    const options = { host: "localhost", port: toPort(), path, method: incoming.method, headers }
    const onward = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    return incoming.pipe(onward)
  })
}

describe("examples/behind-a-proxy.ts", () => {
  let idp: FakeProvider
  let proxy: Listening
  let server: Listening

  before(async () => {
    const front = createProxy(() => server.port)
    proxy = await listen((req, res) => front.emit("request", req, res))
    const sso = await startSso()
    idp = sso.idp
    const environment = { ...sso.environment, AUTH_URL: `${proxy.url}/shop/auth` }
    server = await listen(await importExample("behind-a-proxy.ts", environment))
  })
  after(() => Promise.all([proxy.close(), server.close(), idp.close()]))

  it("signs in and comes back to the page below the prefix", async () => {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${proxy.url}/shop/orders`))
    expect(new URL(page.url).pathname).to.equal("/shop/auth/signin")
    const leaving = await agent.submit(page, { button: /Company account/ })
    const redirectUri = new URL(redirectTarget(leaving) ?? "").searchParams.get("redirect_uri")
    expect(redirectUri).to.equal(`${proxy.url}/shop/auth/callback/sso`)
    const orders = await agent.followAll(leaving)
    expect(orders.url).to.equal(`${proxy.url}/shop/orders`)
    expect(orders.body).to.equal("Orders of Ada Lovelace")
  })

  it("loads the sign-in page's style sheets through the proxy", async () => {
    const agent = new UserAgent()
    const page = await agent.get(`${proxy.url}/shop/auth/signin`)
    const hrefs = [...page.body.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href]) => href)
    expect(hrefs).to.have.length(2)
    for (const href of hrefs)
      expect((await agent.get(new URL(href ?? "", page.url).href)).status).to.equal(200)
  })

  it("does not believe the Host header", async () => {
    const agent = new UserAgent({ navigate: false })
    const answer = await agent.get(`${server.url}/auth/providers`, { host: "evil.example" })
    expect(answer.body).to.include(`${proxy.url}/shop/auth/signin/sso`).and.not.include("evil.example")
  })
})
