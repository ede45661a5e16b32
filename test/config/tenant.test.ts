import GitHub from "@auth/core/providers/github"
import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { bindToTenant, digestContent, resolveTenant } from "../../lib/config/tenant.js"
import { configErrorOf } from "../support/config-error.js"
import { credentialsConfig } from "../support/credentials-app.js"

const github = (clientId: string, scope = "user") =>
  GitHub({ clientId, clientSecret: clientId, authorization: { params: { scope } } })

const digestOf = (config: Partial<ExpressAuthConfig>) =>
  digestContent(resolveConfig(credentialsConfig(config)))

describe("resolveTenant", () => {
  it("takes a name, or none", () => {
    expect(resolveTenant("acme")).to.deep.equal({ id: "named acme", isNamed: true })
    expect(resolveTenant(undefined)).to.equal(undefined)
  })

  for (const wrong of ["", null, 1, {}, "x".repeat(201)])
    it(`refuses ${JSON.stringify(wrong).slice(0, 20)}`, () =>
      expect(configErrorOf(() => resolveTenant(wrong))).to.include("expected a string of 1 to 200"))
})

describe("digestContent", () => {
  const providers = [github("one")]

  it("differs with providers, their clients, address, cookies and strategy", () => {
    const variants: Partial<ExpressAuthConfig>[] = [
      {},
      { providers },
      { providers: [github("two")] },
      { url: "https://a.example" },
      { basePath: "/login" },
      { cookiePrefix: "shop" },
      { redirectProxyUrl: "https://proxy.example/auth" },
    ]
    expect(new Set(variants.map(digestOf)).size).to.equal(variants.length)
  })

  it("differs with each endpoint of a provider, whether a string, a URL or an object", () => {
    const sso = {
      ...({ id: "sso", name: "SSO", type: "oidc", clientId: "one", clientSecret: "one" } as const),
      issuer: "https://sso.example",
    }
    const url = "https://sso.example/other"
    const variants = [
      {},
      { authorization: url },
      { authorization: { url: `${url}/object` } },
      { authorization: new URL(`${url}/instance`) as unknown as string },
      { token: url },
      { userinfo: url },
      { userinfo: { url: `${url}/object` } },
      { jwks_endpoint: url },
      { wellKnown: url },
    ]
    const digests = variants.map((variant) => digestOf({ providers: [{ ...sso, ...variant }] }))
    expect(new Set(digests).size).to.equal(variants.length)
  })

  it("is the same for other secrets, looks, scopes, functions and another order", () => {
    const [one, two] = [github("one"), { ...github("two"), id: "two" }]
    expect(digestOf({ providers: [two, one], secret: "x".repeat(40) })).to.equal(
      digestOf({ providers: [one, two] }),
    )
    expect(digestOf({ providers: [github("one", "repo")], theme: { brandColor: "#123456" } })).to.equal(
      digestOf({ providers, callbacks: { signIn: () => true } }),
    )
  })
})

describe("bindToTenant", () => {
  it("gives each tenant secrets of its own, made of every secret", () => {
    const config = { baseSecrets: ["newest", "older"] as const }
    const [one, two] = ["one", "two"].map((id) => bindToTenant(config, { id, isNamed: true }))
    const all = [...config.baseSecrets, ...(one?.secrets ?? []), ...(two?.secrets ?? [])]
    expect(new Set(all).size).to.equal(6)
    expect(bindToTenant(config, { id: "one", isNamed: true })).to.deep.equal(one)
  })
})
