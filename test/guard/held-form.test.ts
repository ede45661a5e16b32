import { expect } from "chai"
import type { Express } from "express"
import request from "supertest"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { holdForm } from "../../lib/guard/held-form.js"
import { createAuthContext } from "../../lib/http/auth-context.js"
import { secret } from "../support/auth-apps.js"
import { probe } from "../support/probe.js"
import { send, typePassword, useShops } from "../support/shop-apps.js"

const form = {
  userId: "1",
  target: "/pay",
  rule: { maxAge: 300, trust: [] },
  fields: [["sum", "5"]],
} as const

describe("a held form", () => {
  const { startShop, postLate, confirmLate } = useShops()

  const cookieOf = async (config: Parameters<typeof startShop>[0]) => {
    const { posted } = await postLate(await startShop(config), "sum=5")
    return posted.setCookies.find((line) => line.includes("confirm-form")) ?? ""
  }

  it("is in a cookie beside Auth.js's own, for its own page alone", async () => {
    expect(await cookieOf({})).to.match(
      /^authjs\.form\.([\w-]{16})=[\w.-]+; Max-Age=900; Path=\/auth\/confirm-form\/\1; HttpOnly; SameSite=Lax$/,
    )
    expect(await cookieOf({ config: { cookiePrefix: "shop" } })).to.match(/^shop\.form\./)
    const named = { callbackUrl: { name: "back", options: { sameSite: "none", httpOnly: false } } } as const
    expect(await cookieOf({ config: { cookies: named } })).to.match(
      /^back\.form\..*; HttpOnly; SameSite=Lax$/,
    )
  })

  for (const [name, expected] of [
    [undefined, "__Secure-authjs.form."],
    ["__Host-back", "__Secure-back.form."],
  ] as const)
    it(`has a name that browsers keep under HTTPS: ${expected}`, async () => {
      const cookies = name === undefined ? {} : { callbackUrl: { name } }
      const config = resolveConfig({ secret, providers: [], useSecureCookies: true, cookies })
      const app = probe((req, res) => {
        const context = createAuthContext(req, res, config, { basePath: "/auth", prefix: "" })
        return holdForm(context, form)?.cookies[0]
      })
      const cookie = (await request(app).get("/")).body.value
      expect(cookie.name.slice(0, -16)).to.equal(expected)
      expect(cookie.options).to.include({ secure: true, httpOnly: true, sameSite: "lax" })
    })

  it("outlives a new secret", async () => {
    const former = await startShop()
    const { agent, posted } = await postLate(former, "sum=5")
    const rotated = await startShop({
      config: { secret: ["another secret of thirty-two characters", secret] },
    })
    const location = posted.headers.get("location")?.replaceAll(String(former.port), String(rotated.port))
    const page = await typePassword(agent, await agent.get(rotated.url + location))
    expect((await send(agent, page)).body).to.equal("sum=5")
  })

  it("finds its way behind a proxy that strips a part of the path", async () => {
    const prepare = (app: Express) =>
      app.use((req, _res, next) => {
        req.originalUrl = req.url = req.url.replace(/^\/shop(?=\/)/, "")
        next()
      })
    const app = await startShop({ prepare, config: { basePath: "/shop/auth" } })
    const { agent, page } = await confirmLate({ ...app, url: `${app.url}/shop` }, "sum=5", "/pay?a=1")
    expect(new URL(page.url).pathname).to.match(/^\/shop\/auth\/confirm-form\//)
    const sent = await send(agent, page)
    expect([sent.url, sent.body]).to.deep.equal([`${app.url}/shop/pay?a=1`, "sum=5"])
    expect((await agent.get(page.url)).status).to.equal(404)
  })
})
