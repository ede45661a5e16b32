import { skipCSRFCheck } from "@auth/core"
import GitHub from "@auth/core/providers/github"
import { expect } from "chai"
import type { ExpressAuthConfig } from "../../lib/config/options.js"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { configErrorOf } from "../support/config-error.js"
import { withEnvironment } from "../support/with-environment.js"

const secret = "a secret of at least thirty-two characters"

function resolve(options: Partial<ExpressAuthConfig> = {}, env: Record<string, string> = {}) {
  return withEnvironment(env, () => resolveConfig({ providers: [], secret, ...options }))
}

/** Options that TypeScript would refuse, as JavaScript may pass them. */
function untyped(options: Record<string, unknown>): Partial<ExpressAuthConfig> {
  return options as Partial<ExpressAuthConfig>
}

describe("resolveConfig", () => {
  it("resolves the same options object once", () => {
    const options = { providers: [], secret }
    expect(resolveConfig(options)).to.equal(resolveConfig(options))
    expect(resolveConfig({ ...options })).not.to.equal(resolveConfig(options))
  })

  it("is frozen, as is its session", () => {
    const config = resolve()
    expect(config).to.be.frozen
    expect(config.session).to.be.frozen
  })

  it("never changes what the user wrote, nested options of providers included", () => {
    const options: ExpressAuthConfig = {
      providers: [GitHub({ checks: ["pkce"], authorization: { params: { scope: "a" } } }), GitHub],
      secret: [secret],
      session: { maxAge: 60 },
      pages: { signIn: "/login" },
      cookies: { csrfToken: { options: { domain: "example.com" } } },
    }
    options.providers[1] = { ...GitHub({}), id: "github2" }
    const before = structuredClone(JSON.parse(JSON.stringify(options)))
    withEnvironment(
      {
        AUTH_GITHUB_ID: "id",
        AUTH_GITHUB_SECRET: "s",
        AUTH_GITHUB2_ID: "id",
        AUTH_GITHUB2_SECRET: "s",
        AUTH_SECRET: secret,
      },
      () => resolveConfig(options),
    )
    expect(JSON.parse(JSON.stringify(options))).to.deep.equal(before)
  })

  it("works on options that are deeply frozen", () => {
    const options = Object.freeze({
      providers: Object.freeze([Object.freeze(GitHub({ clientId: "id", clientSecret: "s" }))]),
      secret,
    })
    expect(resolveConfig(options as unknown as ExpressAuthConfig).providers).to.have.lengthOf(1)
  })

  it("reads the environment once, when it resolves", () => {
    const options: ExpressAuthConfig = { providers: [] }
    const config = withEnvironment({ AUTH_SECRET: secret }, () => resolveConfig(options))
    withEnvironment({ AUTH_SECRET: "another secret of thirty-two characters" }, () => {
      expect(resolveConfig(options)).to.equal(config)
    })
    expect(config.secrets).to.deep.equal([secret])
  })

  it("names a missing configuration, or a missing array of providers", () => {
    expect(configErrorOf(() => resolveConfig(undefined as unknown as ExpressAuthConfig))).to.include(
      "ExpressAuth({ providers: [GitHub] })",
    )
    expect(configErrorOf(() => resolve(untyped({ providers: GitHub })))).to.match(
      /^ERR_AUTH_INVALID_OPTION: `providers` must be an array/,
    )
  })

  it("encodes pages for the Location header, and refuses what is no page", () => {
    expect(resolve({ pages: { signIn: "/für-alle?a=1" } }).pages.signIn).to.equal("/f%C3%BCr-alle?a=1")
    expect(configErrorOf(() => resolve({ pages: { signIn: "login" } }))).to.include('"/login"')
  })

  it("refuses a body limit that is no number above 0", () => {
    for (const bodyLimit of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "1mb"])
      expect(configErrorOf(() => resolve(untyped({ bodyLimit })))).to.match(
        /^ERR_AUTH_INVALID_OPTION: bodyLimit/,
      )
    expect(resolve().bodyLimit).to.equal(102_400)
  })

  it("turns the CSRF check off for core's symbol alone", () => {
    expect(resolve({ skipCSRFCheck }).skipCSRFCheck).to.equal(true)
    expect(resolve(untyped({ skipCSRFCheck: false })).skipCSRFCheck).to.equal(false)
    expect(resolve(untyped({ skipCSRFCheck: undefined })).skipCSRFCheck).to.equal(false)
    expect(configErrorOf(() => resolve(untyped({ skipCSRFCheck: true })))).to.include("@auth/core")
  })
})

describe("resolveConfig: session", () => {
  const day = 24 * 60 * 60

  it("lasts thirty days and rolls after a day by default", () => {
    expect(resolve().session).to.include({ strategy: "jwt", maxAge: 30 * day, updateAge: day })
  })

  it("rolls after half of a short life", () => {
    expect(resolve({ session: { maxAge: 3600 } }).session.updateAge).to.equal(1800)
    expect(resolve({ session: { maxAge: 2 * day } }).session.updateAge).to.equal(day)
    expect(resolve({ session: { maxAge: 3600, updateAge: 0 } }).session.updateAge).to.equal(0)
  })

  it("refuses invalid times", () => {
    for (const session of [{ maxAge: 0 }, { maxAge: -1 }, { updateAge: -1 }, { updateAge: Number.NaN }])
      expect(configErrorOf(() => resolve({ session }))).to.match(/^ERR_AUTH_INVALID_OPTION: session\./)
    expect(configErrorOf(() => resolve({ jwt: { maxAge: 0 } }))).to.include("jwt.maxAge")
  })

  it("lists the strategies when it gets another value", () => {
    expect(configErrorOf(() => resolve(untyped({ session: { strategy: "cookie" } })))).to.include(
      '"cookie"; expected "jwt" or "database"',
    )
  })

  it("needs an adapter for database sessions, and takes them where there is one", () => {
    expect(configErrorOf(() => resolve({ session: { strategy: "database" } }))).to.match(
      /^ERR_AUTH_MISSING_ADAPTER: session\.strategy "database"/,
    )
    expect(configErrorOf(() => resolve({ adapter: {} }))).to.match(/^ERR_AUTH_ADAPTER_METHOD/)
    expect(resolve({ adapter: {}, session: { strategy: "jwt" } }).session.strategy).to.equal("jwt")
  })
})
