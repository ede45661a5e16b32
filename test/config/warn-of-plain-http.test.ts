import { expect } from "chai"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { captureLogs, type LogLine } from "../support/auth-apps.js"
import { withEnvironment } from "../support/with-environment.js"

const client = { id: "sso", name: "SSO", clientId: "id", clientSecret: "s" }
const openId = { ...client, type: "oidc" } as const
const secret = "a secret of at least thirty-two characters"

function warningsOf(provider: object, NODE_ENV = "production"): string[] {
  const logs: LogLine[] = []
  const providers = [provider] as ExpressAuthConfig["providers"]
  const config = { providers, secret, logger: captureLogs(logs), url: "https://app.example.com" }
  withEnvironment({ NODE_ENV }, () => {
    ExpressAuth(config)
    ExpressAuth(config)
  })
  return logs.map(({ text }) => text).filter((text) => text === "plain-http")
}

describe("warnOfPlainHttp", () => {
  it("S38: warns once of an http issuer or endpoint in production", () => {
    expect(warningsOf({ ...openId, issuer: "http://sso.example.com" })).to.have.length(1)
    const endpoints = {
      authorization: { url: "https://sso.example.com" },
      userinfo: "https://sso.example.com",
    }
    expect(
      warningsOf({ ...client, type: "oauth", ...endpoints, token: "http://sso.example.com" }),
    ).to.have.length(1)
  })

  it("is silent of https, of this machine, and in development", () => {
    expect(warningsOf({ ...openId, issuer: "https://sso.example.com" })).to.deep.equal([])
    for (const host of ["localhost:8080", "127.0.0.1", "[::1]:80"])
      expect(warningsOf({ ...openId, issuer: `http://${host}` }), host).to.deep.equal([])
    expect(warningsOf({ ...openId, issuer: "http://sso.example.com" }, "development")).to.deep.equal([])
  })
})
