import { expect } from "chai"
import { readEnvironment } from "../../lib/config/env.js"

describe("readEnvironment", () => {
  it("is in production where NODE_ENV says exactly so", () => {
    expect(readEnvironment({ NODE_ENV: "production" }).production).to.equal(true)
    for (const NODE_ENV of ["development", "test", "Production", ""])
      expect(readEnvironment({ NODE_ENV }).production, NODE_ENV).to.equal(false)
  })

  it("is in development where NODE_ENV says exactly so (S55)", () => {
    expect(readEnvironment({ NODE_ENV: "development" }).development).to.equal(true)
    for (const NODE_ENV of ["production", "test", "dev", "Development", "development ", "", undefined])
      expect(readEnvironment({ NODE_ENV }).development, NODE_ENV).to.equal(false)
  })

  it("reads the address and the redirect proxy; empty variables count as unset", () => {
    const env = { AUTH_URL: "https://example.com", AUTH_REDIRECT_PROXY_URL: "https://proxy.example" }
    expect(readEnvironment(env)).to.include({
      url: env.AUTH_URL,
      redirectProxyUrl: env.AUTH_REDIRECT_PROXY_URL,
    })
    expect(readEnvironment({ AUTH_URL: "", AUTH_REDIRECT_PROXY_URL: "", AUTH_TRUST_HOST: "" })).to.include({
      url: undefined,
      redirectProxyUrl: undefined,
      trustHost: undefined,
    })
  })

  it("trusts the host on Vercel and Cloudflare Pages, or as configured; false stays false", () => {
    expect(readEnvironment({}).trustHost).to.equal(undefined)
    for (const env of [
      { VERCEL: "1" },
      { CF_PAGES: "1" },
      { AUTH_TRUST_HOST: "true" },
      { AUTH_TRUST_HOST: "1" },
    ])
      expect(readEnvironment(env).trustHost).to.equal(true)
    for (const said of ["false", "FALSE", "0", "no"])
      expect(readEnvironment({ AUTH_TRUST_HOST: said, VERCEL: "1" }).trustHost, said).to.equal(false)
  })

  it("reads a provider's variables, dashes as underscores", () => {
    const env = readEnvironment({
      AUTH_MICROSOFT_ENTRA_ID_ID: "id",
      AUTH_MICROSOFT_ENTRA_ID_SECRET: "s",
      AUTH_MICROSOFT_ENTRA_ID_ISSUER: "https://issuer.example",
      AUTH_RESEND_KEY: "k",
      AUTH_GITHUB_ID: "",
    })
    expect(env.provider("microsoft-entra-id")).to.deep.equal({
      clientId: "id",
      clientSecret: "s",
      issuer: "https://issuer.example",
    })
    expect(env.provider("resend")).to.deep.equal({ apiKey: "k" })
    expect(env.provider("github")).to.deep.equal({})
  })
})
