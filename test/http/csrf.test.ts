import { createHash } from "node:crypto"
import { expect } from "chai"
import type { Response } from "express"
import type { ExpressAuthConfig } from "express-authjs"
import request from "supertest"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { createAuthContext } from "../../lib/http/auth-context.js"
import { toSetCookie } from "../../lib/http/cookies.js"
import { getCsrfToken, requireCsrfToken, requireOwnPost } from "../../lib/http/csrf.js"
import { probe } from "../support/probe.js"

const newest = "the newest secret, of thirty-two characters"
const oldest = "the oldest secret, of thirty-two characters"

type Context = ReturnType<typeof createAuthContext>

function app(act: (context: Context, res: Response) => unknown, config: Partial<ExpressAuthConfig> = {}) {
  const options = { providers: [], secret: [newest, oldest], ...config }
  return probe(async (req, res) => {
    const context = createAuthContext(req, res, resolveConfig(options), { basePath: "/auth", prefix: "" })
    return (await act(context, res)) ?? "passed"
  })
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex")
const cookieOf = (token: string, secret: string) => `authjs.csrf-token=${token}%7C${hash(token + secret)}`
const answerOf = async (test: request.Test) => (await test).body

describe("getCsrfToken", () => {
  const get = app((context, res) => {
    const { token, cookie } = getCsrfToken(context)
    if (cookie) res.append("set-cookie", toSetCookie(cookie))
    return token
  })

  it("makes a token and the cookie Auth.js would make", async () => {
    const { body, headers } = await request(get).get("/")
    expect(body.value).to.match(/^[0-9a-f]{64}$/)
    expect(headers["set-cookie"]?.[0]).to.equal(
      `${cookieOf(body.value, newest)}; Path=/; HttpOnly; SameSite=Lax`,
    )
  })

  it("keeps the token a browser has, under every secret still listed and as core signs it", async () => {
    for (const secret of [newest, oldest, `${newest},${oldest}`]) {
      const { body, headers } = await request(get).get("/").set("cookie", cookieOf("the-token", secret))
      expect(body.value, secret).to.equal("the-token")
      expect(headers).not.to.have.property("set-cookie")
    }
  })

  it("S19 rejects a planted cookie", async () => {
    const planted = [
      cookieOf("the-token", "another secret, of thirty-two characters"),
      "authjs.csrf-token=the-token",
      `authjs.csrf-token=${"the-token|".repeat(2)}`,
      `authjs.csrf-token=%7C${hash(newest)}`,
      `__Host-${cookieOf("the-token", newest)}`,
      "authjs.csrf-token=%E0%A4%A",
    ]
    for (const cookie of planted) {
      const { body } = await request(get).get("/").set("cookie", cookie)
      expect(body.value, cookie).to.match(/^[0-9a-f]{64}$/)
    }
  })
})

describe("requireCsrfToken", () => {
  const submit = (token: unknown, config: Partial<ExpressAuthConfig> = {}) =>
    request(app((context) => requireCsrfToken(context, token), config))
      .post("/")
      .set("cookie", cookieOf("the-token", newest))

  it("lets a form pass that has this browser's token", async () => {
    expect(await answerOf(submit("the-token"))).to.deep.equal({ value: "passed" })
  })

  it("refuses a form without, or with another", async () => {
    for (const token of [undefined, "", "the-tokem", "the-token ", ["the-token"], { length: 9 }])
      expect(await answerOf(submit(token))).to.include({ code: "ERR_AUTH_CSRF", status: 403 })
  })

  it("refuses a token without its cookie", async () => {
    const answer = await answerOf(request(app((context) => requireCsrfToken(context, "the-token"))).post("/"))
    expect(answer).to.include({ code: "ERR_AUTH_CSRF" })
  })

  it("S19 refuses another site even with the right token", async () => {
    expect(await answerOf(submit("the-token").set("sec-fetch-site", "cross-site"))).to.include({
      status: 403,
    })
    expect(await answerOf(submit("the-token").set("origin", "https://evil.example"))).to.include({
      status: 403,
    })
  })
})

describe("requireOwnPost", () => {
  const server = app((context) => requireOwnPost(context))

  it("refuses GET and HEAD, since a link must not change a session", async () => {
    expect(await answerOf(request(server).get("/"))).to.include({ code: "ERR_AUTH_METHOD", status: 405 })
  })

  it("refuses another site, and needs no token from a page of our own or a client that is no browser", async () => {
    for (const headers of [
      {},
      { "sec-fetch-site": "same-origin" },
      { host: "a.example", origin: "http://a.example" },
    ])
      expect(await answerOf(request(server).post("/").set(headers))).to.deep.equal({ value: "passed" })
    expect(await answerOf(request(server).post("/").set("sec-fetch-site", "cross-site"))).to.include({
      status: 403,
    })
  })

  describe("S34: Origin: null without Fetch Metadata", () => {
    const post = () =>
      request(server).post("/").set("origin", "null").set("cookie", cookieOf("the-token", newest))

    it("needs the token, and the message says so", async () => {
      const { status, message } = await answerOf(post())
      expect(status).to.equal(403)
      expect(message).to.include("Origin: null").and.include("csrfToken").and.include("Referrer-Policy")
    })

    it("passes with the token in the form, in JSON, or in the header", async () => {
      const passed = { value: "passed" }
      expect(await answerOf(post().type("form").send({ csrfToken: "the-token" }))).to.deep.equal(passed)
      expect(await answerOf(post().send({ csrfToken: "the-token" }))).to.deep.equal(passed)
      expect(await answerOf(post().set("x-csrf-token", "the-token"))).to.deep.equal(passed)
    })

    it("refuses another token, and a body that cannot be read", async () => {
      for (const wrong of [
        post().type("form").send({ csrfToken: "another" }),
        post().type("form").send("csrfToken=the-token&csrfToken=the-token"),
        post().set("x-csrf-token", "another").type("form").send({ csrfToken: "the-token" }),
        post().type("text/plain").send("csrfToken=the-token"),
        post().type("json").send("{"),
      ])
        expect(await answerOf(wrong)).to.include({ code: "ERR_AUTH_CSRF", status: 403 })
    })
  })
})
