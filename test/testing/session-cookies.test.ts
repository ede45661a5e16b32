import { createServer as createTlsServer, get } from "node:https"
import type { AddressInfo } from "node:net"
import { expect } from "chai"
import express, { type Express } from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { sessionCookies, storageState } from "express-authjs/testing"
import { type Listening, listen } from "../support/listen.js"
import { selfSigned } from "../support/self-signed-certificate.js"
import { withEnvironment } from "../support/with-environment.js"
import { rejection } from "./rejection.js"

const secret = "a secret of at least thirty-two characters"

function createApp(config: Partial<ExpressAuthConfig> = {}): Express {
  const auth = ExpressAuth({ secret, providers: [], ...config })
  const app = express().use("/auth", auth)
  return app.get("/me", auth.requireAuth(), (req, res) => void res.send(req.auth.user.name))
}

describe("sessionCookies", () => {
  let server: Listening | undefined
  afterEach(() => server?.close())

  it("returns the header for any client, also of a session in several cookies", async () => {
    const long = { id: "ada", name: "Ada", image: "x".repeat(4000) }
    const app = createApp()
    server = await listen(app)
    for (const user of [{ name: "Ada" }, long]) {
      const { header } = await sessionCookies(app, { user })
      const answer = await fetch(`${server.url}/me`, { headers: { cookie: header } })
      expect([answer.status, await answer.text()]).to.deep.equal([200, "Ada"])
    }
  })

  it("returns each cookie with its attributes", async () => {
    const { cookies, header } = await sessionCookies(createApp())
    const [cookie] = cookies
    expect(cookies).to.have.length(1)
    expect(cookie).to.include({ name: "authjs.session-token", domain: "127.0.0.1", path: "/" })
    expect(cookie).to.include({ httpOnly: true, secure: false, sameSite: "Lax" })
    expect(cookie?.expires).to.be.closeTo(Date.now() / 1000 + 30 * 24 * 3600, 5)
    expect(header).to.equal(`authjs.session-token=${cookie?.value}`)
  })

  it("returns those of an app that serves HTTPS itself", async () => {
    const app = createApp()
    const { privateKey: key, certificate: cert } = selfSigned("localhost")
    const tls = createTlsServer({ key, cert }, app).listen(0, "127.0.0.1")
    await new Promise((resolve) => tls.once("listening", resolve))
    const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/me`
    const { header, cookies } = await sessionCookies(app, { origin: "https://127.0.0.1" })
    expect(cookies[0]).to.include({ name: "__Secure-authjs.session-token", secure: true })
    const status = await new Promise((resolve, reject) => {
      const options = { headers: { cookie: header }, rejectUnauthorized: false, agent: false }
      get(url, options, (answer) => resolve(answer.resume().statusCode)).on("error", reject)
    })
    await new Promise((resolve) => tls.close(resolve))
    expect(status).to.equal(200)
  })
})

describe("storageState", () => {
  it("has the cookies of the origin, and nothing else", async () => {
    const state = await storageState(createApp(), { origin: "http://localhost:3000" })
    expect(state.origins).to.deep.equal([])
    expect(state.cookies.map(({ name, domain }) => [name, domain])).to.deep.equal([
      ["authjs.session-token", "localhost"],
    ])
  })
})

const production = { NODE_ENV: "production", AUTH_URL: "https://a.example" }
for (const [name, act] of [
  ["sessionCookies", () => sessionCookies(createApp())],
  ["storageState", () => storageState(createApp(), { origin: "http://localhost" })],
] as const)
  it(`S56: ${name}() throws in production`, async () => {
    const called = withEnvironment<Promise<object>>(production, act)
    expect(await rejection(called)).to.include({ code: "ERR_AUTH_TESTING" })
  })
