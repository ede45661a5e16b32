import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import request from "supertest"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { requireKnownSender } from "../../lib/http/cross-site.js"
import { probe } from "../support/probe.js"

const secret = "a secret of at least thirty-two characters"

function server(config: Partial<ExpressAuthConfig> = {}) {
  const options: ExpressAuthConfig = { providers: [], secret, logger: { warn() {} }, ...config }
  return probe((req) => requireKnownSender(req, { config: resolveConfig(options) }))
}

const ask = async (headers: Record<string, string>, config: Partial<ExpressAuthConfig> = {}) =>
  (await request(server(config)).post("/").set(headers)).body

describe("requireKnownSender", () => {
  it("lets Sec-Fetch-Site decide where it is sent", async () => {
    for (const site of ["same-origin", "none"])
      expect(await ask({ "sec-fetch-site": site, origin: "null" })).to.deep.equal({ value: "own" })
    for (const site of ["same-site", "cross-site", "anything"])
      expect(
        await ask({ "sec-fetch-site": site, host: "app.example", origin: "http://app.example" }),
        site,
      ).to.include({ code: "ERR_AUTH_CSRF", status: 403 })
  })

  it("compares Origin otherwise", async () => {
    expect(await ask({ host: "app.example", origin: "http://app.example" })).to.deep.equal({ value: "own" })
    for (const origin of [
      "https://app.example",
      "http://app.example:8080",
      "http://evil.example",
      "app.example",
    ])
      expect(await ask({ host: "app.example", origin }), origin).to.include({ status: 403 })
  })

  it("S34 takes `Origin: null` for no proof where there is no Fetch Metadata", async () => {
    expect(await ask({ origin: "null" })).to.deep.equal({ value: "unproven" })
  })

  it("knows clients that are no browsers", async () => {
    expect(await ask({})).to.deep.equal({ value: "client" })
  })

  it("compares with the configured URL, and says how to configure it", async () => {
    const config = { url: "https://app.example" }
    expect(await ask({ origin: "https://app.example" }, config)).to.deep.equal({ value: "own" })
    expect((await ask({ origin: "http://127.0.0.1" }, config)).message)
      .to.include("AUTH_URL")
      .and.include("trust proxy")
  })
})

describe("S53: requireKnownSender with trustedOrigins", () => {
  const config = { url: "http://app.example", trustedOrigins: ["http://localhost:5173"] }
  const trusted = "http://localhost:5173"

  it("knows a page of a trusted origin, with Fetch Metadata and without", async () => {
    expect(await ask({ origin: trusted }, config)).to.deep.equal({ value: "trusted" })
    for (const site of ["same-site", "cross-site"])
      expect(await ask({ origin: trusted, "sec-fetch-site": site }, config)).to.deep.equal({
        value: "trusted",
      })
  })

  it("refuses every other origin, however much it looks like one of them", async () => {
    for (const origin of [
      "http://localhost:5174",
      "http://localhost",
      "https://localhost:5173",
      "http://localhost:5173.evil.example",
      "http://localhost:5173/",
      "http://evil@localhost:5173",
      "HTTP://LOCALHOST:5173",
      "http://evil.example, http://localhost:5173",
      "null",
    ])
      expect(await ask({ origin, "sec-fetch-site": "cross-site" }, config), origin).to.include({
        status: 403,
      })
  })

  it("names origin and option where the origin is not listed", async () => {
    const { message } = await ask({ origin: "http://localhost:5174", "sec-fetch-site": "same-site" }, config)
    expect(message).to.include('trustedOrigins: ["http://localhost:5174"]').and.include("http://app.example")
  })

  it("does not repeat what is no origin", async () => {
    for (const origin of ["<script>", "javascript:alert(1)", `http://${"a".repeat(400)}.example`]) {
      const { message } = await ask({ origin, "sec-fetch-site": "cross-site" }, config)
      expect(message, origin).to.match(/^Another site sent this request/)
    }
  })
})
