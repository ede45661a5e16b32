import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { getOrigin, isSecure } from "../../lib/http/origin.js"
import { expressVersions } from "../support/listen.js"
import { probe } from "../support/probe.js"
import { rawRequest } from "../support/raw-request.js"

const secret = "a secret of at least thirty-two characters"
const quiet = { error: () => {}, warn: () => {}, debug: () => {} }

for (const [version, express] of expressVersions) {
  interface Asked extends Partial<ExpressAuthConfig> {
    trustProxy?: unknown
  }

  async function ask(
    headers: Record<string, string | string[]>,
    { trustProxy = false, ...options }: Asked = {},
  ) {
    const config = resolveConfig({ providers: [], secret, logger: quiet, ...options })
    const read = probe((req) => [getOrigin(req, config), isSecure(req, config)], [], express)
    read.set("trust proxy", trustProxy)
    const { body } = await rawRequest(read, "/", { headers: { host: "app.example:3000", ...headers } })
    const { value, code } = JSON.parse(body)
    return value ?? code
  }

  const forwarded = { "x-forwarded-host": "public.example", "x-forwarded-proto": "https" }

  describe(`getOrigin on ${version}`, () => {
    it("is scheme and host of the request, port included", async () => {
      expect(await ask({})).to.deep.equal(["http://app.example:3000", false])
      expect(await ask({ host: "App.Example" })).to.deep.equal(["http://app.example", false])
      expect(await ask({ host: "[::1]:8080" })).to.deep.equal(["http://[::1]:8080", false])
      expect(await ask({ host: "app.example:80" })).to.deep.equal(["http://app.example", false])
    })

    it("ignores X-Forwarded-* unless it is trusted", async () => {
      expect(await ask(forwarded)).to.deep.equal(["http://app.example:3000", false])
    })

    it("believes it under trust proxy, from a proxy that is trusted", async () => {
      for (const trustProxy of [true, 1, "loopback"])
        expect(await ask(forwarded, { trustProxy })).to.deep.equal(["https://public.example", true])
      for (const trustProxy of ["192.0.2.1", 0])
        expect(await ask(forwarded, { trustProxy })).to.deep.equal(["http://app.example:3000", false])
    })

    it("believes it under trustHost, and not where trustHost is false", async () => {
      expect(await ask(forwarded, { trustHost: true })).to.deep.equal(["https://public.example", true])
      expect(await ask(forwarded, { trustHost: false })).to.deep.equal(["http://app.example:3000", false])
    })

    it("takes the first of several values", async () => {
      const chain = {
        "x-forwarded-host": "public.example, inner.example",
        "x-forwarded-proto": "https, http",
      }
      for (const asked of [{ trustProxy: true }, { trustHost: true }])
        expect(await ask(chain, asked)).to.deep.equal(["https://public.example", true])
    })

    it("takes an empty X-Forwarded-Host or X-Forwarded-Proto for none", async () => {
      for (const empty of ["", " ", ", inner.example"])
        for (const asked of [{ trustProxy: true }, { trustHost: true }]) {
          const headers = { "x-forwarded-host": empty, "x-forwarded-proto": empty }
          expect(await ask(headers, asked), empty).to.deep.equal(["http://app.example:3000", false])
        }
    })

    it("warns once of a proxy that says https while trust proxy is unset, and says what to set", async () => {
      const warnings: string[][] = []
      const logger = { warn: (...said: string[]) => void warnings.push(said) }
      const config = resolveConfig({ providers: [], secret, logger })
      const app = probe((req) => getOrigin(req, config), [], express)
      for (const proto of ["https", "HTTPS", "https, http"])
        await rawRequest(app, "/", { headers: { host: "app.example", "x-forwarded-proto": proto } })
      expect(warnings.map(([code]) => code)).to.deep.equal(["trust-proxy"])
      expect(warnings[0]?.[1]).to.include('app.set("trust proxy", 1)').and.include("AUTH_URL")
    })

    it("does not warn where the address is known, the proxy trusted, or nothing says https", async () => {
      const warnings: string[] = []
      const logger = { warn: (code: string) => void warnings.push(code) }
      const https = { "x-forwarded-proto": "https" }
      await ask(https, { logger, url: "https://app.example" })
      for (const trustProxy of [true, 1, "loopback", "192.0.2.1"]) await ask(https, { logger, trustProxy })
      await ask({ "x-forwarded-proto": "http" }, { logger })
      await ask({}, { logger })
      expect(warnings).to.deep.equal([])
    })

    it("takes what is missing from the request itself", async () => {
      expect(await ask({ "x-forwarded-proto": "https" }, { trustProxy: true })).to.deep.equal([
        "https://app.example:3000",
        true,
      ])
      expect(await ask({ "x-forwarded-host": "public.example" }, { trustHost: true })).to.deep.equal([
        "http://public.example",
        false,
      ])
    })

    it("is the configured one, regardless of headers", async () => {
      for (const asked of [{}, { trustProxy: true }, { trustHost: true }])
        expect(
          await ask({ ...forwarded, host: "evil.example" }, { ...asked, url: "https://app.example/auth" }),
        ).to.deep.equal(["https://app.example", true])
    })

    it("leaves it to useSecureCookies whether cookies are Secure", async () => {
      expect(await ask({}, { useSecureCookies: true })).to.deep.equal(["http://app.example:3000", true])
      expect(await ask({}, { url: "https://app.example", useSecureCookies: false })).to.deep.equal([
        "https://app.example",
        false,
      ])
    })

    it("S2 refuses a malformed host", async () => {
      const hosts = [
        "a b",
        "a/b",
        "a\\b",
        "a@b",
        "a?b",
        "a#b",
        "a:99999",
        "a:b",
        "<a>",
        "[::1",
        "999.999.999.999",
        "a%00b",
        "é",
        "a,b",
      ]
      for (const host of hosts) expect(await ask({ host }), host).to.equal("ERR_AUTH_HOST_HEADER")
      expect(await ask({ host: "a".repeat(300) })).to.equal("ERR_AUTH_HOST_HEADER")
    })

    it("S2 refuses malformed X-Forwarded-* where they are believed, and does not mind them elsewhere", async () => {
      const wrong = [
        { "x-forwarded-host": "a b" },
        { "x-forwarded-proto": "javascript" },
        { "x-forwarded-proto": "http://x/" },
      ]
      for (const headers of wrong)
        for (const asked of [{ trustProxy: true }, { trustHost: true }]) {
          expect(await ask(headers, asked), JSON.stringify(headers)).to.equal("ERR_AUTH_HOST_HEADER")
          expect(await ask(headers)).to.deep.equal(["http://app.example:3000", false])
          expect(await ask(headers, { ...asked, url: "https://app.example" })).to.deep.equal([
            "https://app.example",
            true,
          ])
        }
    })

    it("S18 answers only to its hosts, where it was given a list", async () => {
      const hosts = ["app.example", "*.shop.example", "*.dev.example:3000", "local.example:3000", "[::1]"]
      for (const host of ["app.example", "APP.example:3000", "a.shop.example", "a.b.shop.example:8080"])
        expect(await ask({ host }, { hosts }), host).to.be.an("array")
      for (const host of ["a.dev.example:3000", "local.example:3000", "[::1]:3000"])
        expect(await ask({ host }, { hosts }), host).to.be.an("array")
      for (const host of [
        "evil.example",
        "app.example.evil.example",
        "evilapp.example",
        "shop.example",
        "a.dev.example",
      ])
        expect(await ask({ host }, { hosts }), host).to.equal("ERR_AUTH_HOST_HEADER")
      for (const host of ["local.example:3001", "xshop.example", "app.example."])
        expect(await ask({ host }, { hosts }), host).to.equal("ERR_AUTH_HOST_HEADER")
      expect(await ask({ "x-forwarded-host": "evil.example" }, { hosts, trustHost: true })).to.equal(
        "ERR_AUTH_HOST_HEADER",
      )
    })
  })
}
