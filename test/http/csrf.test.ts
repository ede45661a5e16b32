import { createHash } from "node:crypto"
import { expect } from "chai"
import type { Response } from "express"
import type { ExpressAuthConfig } from "express-authjs"
import request from "supertest"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { createAuthContext } from "../../lib/http/auth-context.js"
import { toSetCookie } from "../../lib/http/cookies.js"
import { getCsrfToken, requireCsrfToken, requireOwnPost, requireSameOrigin } from "../../lib/http/csrf.js"
import { probe } from "../support/probe.js"

const newest = "the newest secret, of thirty-two characters"
const oldest = "the oldest secret, of thirty-two characters"

type Context = ReturnType<typeof createAuthContext>

function app(act: (context: Context, res: Response) => unknown, config: Partial<ExpressAuthConfig> = {}) {
  const options = { providers: [], secret: [newest, oldest], ...config }
  return probe((req, res) => {
    const context = createAuthContext(req, res, resolveConfig(options), { basePath: "/auth", prefix: "" })
    return act(context, res) ?? "passed"
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

  it("S19 takes no cookie that somebody else planted", async () => {
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

describe("requireSameOrigin", () => {
  const ask = (headers: Record<string, string>, config: Partial<ExpressAuthConfig> = {}) =>
    answerOf(
      request(app((context) => requireSameOrigin(context.req, context), config))
        .post("/")
        .set(headers),
    )

  it("lets Sec-Fetch-Site decide where it is sent", async () => {
    for (const site of ["same-origin", "none"])
      expect(await ask({ "sec-fetch-site": site, origin: "null" })).to.deep.equal({ value: "passed" })
    for (const site of ["same-site", "cross-site", "anything"])
      expect(
        await ask({ "sec-fetch-site": site, host: "app.example", origin: "http://app.example" }),
        site,
      ).to.include({
        code: "ERR_AUTH_CSRF",
      })
  })

  it("compares Origin otherwise, and takes null for none, as under Referrer-Policy: no-referrer", async () => {
    for (const origin of ["http://app.example", "null"])
      expect(await ask({ host: "app.example", origin }), origin).to.deep.equal({ value: "passed" })
    for (const origin of [
      "https://app.example",
      "http://app.example:8080",
      "http://evil.example",
      "app.example",
    ])
      expect(await ask({ host: "app.example", origin }), origin).to.include({ status: 403 })
  })

  it("lets clients pass that are no browsers", async () => {
    expect(await ask({})).to.deep.equal({ value: "passed" })
  })

  it("compares with the address the app was told, and says how to tell it", async () => {
    const config = { url: "https://app.example" }
    expect(await ask({ origin: "https://app.example" }, config)).to.deep.equal({ value: "passed" })
    expect((await ask({ origin: "http://127.0.0.1" }, config)).message)
      .to.include("AUTH_URL")
      .and.include("trust proxy")
  })
})

describe("requireOwnPost", () => {
  const server = app((context) => requireOwnPost(context))

  it("refuses GET and HEAD, since a link must not change a session", async () => {
    expect(await answerOf(request(server).get("/"))).to.include({ code: "ERR_AUTH_METHOD", status: 405 })
  })

  it("refuses another site, and needs no token of ours", async () => {
    expect(await answerOf(request(server).post("/"))).to.deep.equal({ value: "passed" })
    expect(await answerOf(request(server).post("/").set("sec-fetch-site", "cross-site"))).to.include({
      status: 403,
    })
  })
})
