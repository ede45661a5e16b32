import { expect } from "chai"
import { readEnvironment } from "../../lib/config/env.js"
import type { ExpressAuthConfig } from "../../lib/config/options.js"
import { resolveUrl } from "../../lib/config/resolve-url.js"
import { configErrorOf } from "../support/config-error.js"
import { recordingLogger } from "../support/recording-logger.js"

function resolve(options: Partial<ExpressAuthConfig> = {}, env: Record<string, string> = {}) {
  const { logger, warnings } = recordingLogger()
  return { ...resolveUrl({ providers: [], ...options }, readEnvironment(env), logger), warnings }
}

const production = { NODE_ENV: "production" }

describe("resolveUrl", () => {
  it("takes origin and base path from the option, else from AUTH_URL", () => {
    const env = { AUTH_URL: "https://env.example/auth" }
    expect(resolve({}, env)).to.include({ origin: "https://env.example", basePath: "/auth" })
    expect(resolve({ url: "https://Option.example:8443/app/auth/" }, env)).to.include({
      origin: "https://option.example:8443",
      basePath: "/app/auth",
    })
  })

  it("knows no base path from a URL without one, and lets the option decide", () => {
    expect(resolve({ url: "https://example.com" }).basePath).to.equal(undefined)
    expect(resolve({ url: "https://example.com/", basePath: "/" }).basePath).to.equal(undefined)
    expect(resolve({ url: "https://example.com/app", basePath: "/app/auth//" }).basePath).to.equal(
      "/app/auth",
    )
  })

  it("refuses an invalid URL, or one with more than origin and path", () => {
    const wrong = [
      "localhost:3000",
      "example.com",
      "ftp://example.com",
      "https://u@example.com",
      "https://e.com/?a=1",
    ]
    for (const url of wrong) {
      const message = configErrorOf(() => resolve({ url }))
      expect(message)
        .to.match(/^ERR_AUTH_INVALID_OPTION/)
        .and.include(url)
        .and.include('"https://example.com"')
      expect(configErrorOf(() => resolve({}, { AUTH_URL: url }))).to.equal(message)
    }
  })

  it("refuses a base path that no mount can have", () => {
    for (const basePath of ["auth", "//evil.example", "/a//b", "/auth?x", "/auth#x", "/a b", "/\\evil"])
      expect(
        configErrorOf(() => resolve({ basePath })),
        basePath,
      ).to.include('such as "/auth"')
  })

  it("does not start in production while nothing says which host this is", () => {
    for (const hosts of [undefined, []]) {
      const message = configErrorOf(() => resolve(hosts ? { hosts } : {}, production))
      expect(message)
        .to.match(/^ERR_AUTH_UNTRUSTED_HOST/)
        .and.include("AUTH_URL")
        .and.include("hosts: [")
    }
    expect(configErrorOf(() => resolve({ trustHost: false }, production))).to.include("trustHost is false")
  })

  it("starts in production with an address, with hosts, or trusting the host", () => {
    expect(resolve({ url: "https://example.com" }, production).warnings).to.deep.equal([])
    expect(resolve({ hosts: ["example.com"] }, production).warnings).to.deep.equal([])
    expect(resolve({ trustHost: true }, production).trustHost).to.equal(true)
    expect(resolve({}, { ...production, AUTH_TRUST_HOST: "true" }).trustHost).to.equal(true)
  })

  it("S18 warns where only trustHost stands between a stranger's Host and mailed links", () => {
    const [warning] = resolve({ trustHost: true }).warnings
    expect(warning?.[0]).to.equal("trust-host")
    expect(warning?.[1]).to.include("AUTH_URL").and.include("hosts")
    expect(resolve({ trustHost: true, hosts: ["example.com"] }).warnings).to.deep.equal([])
  })

  it("says nothing in development, and trusts no header by itself", () => {
    expect(resolve()).to.deep.include({ trustHost: false, origin: undefined, warnings: [] })
  })

  it("compares hosts in lower case and refuses what is no host", () => {
    expect(resolve({ hosts: ["Example.COM", "*.Example.com", "[::1]:3000"] }).hosts).to.deep.equal([
      "example.com",
      "*.example.com",
      "[::1]:3000",
    ])
    for (const host of ["https://example.com", "example.com/", "*", "a b", "", "e.com:99999", 7])
      expect(
        configErrorOf(() => resolve({ hosts: [host as string] })),
        String(host),
      ).to.include(JSON.stringify(host))
    expect(configErrorOf(() => resolve({ hosts: "example.com" as unknown as string[] }))).to.include(
      "expected an array",
    )
  })

  it("says that NEXTAUTH_URL has another name now, unless the address is known", () => {
    const former = { NEXTAUTH_URL: "https://app.example" }
    expect(resolve({}, former).warnings.map(([code]) => code)).to.deep.equal(["former-variable"])
    expect(resolve({ url: "https://app.example" }, former).warnings).to.deep.equal([])
    expect(configErrorOf(() => resolve({}, { ...former, NODE_ENV: "production" }))).to.match(
      /^ERR_AUTH_UNTRUSTED_HOST: .*NEXTAUTH_URL is set: rename it to AUTH_URL/,
    )
  })
})
