import type { Provider } from "@auth/core/providers"
import Credentials from "@auth/core/providers/credentials"
import Dribbble from "@auth/core/providers/dribbble"
import Facebook from "@auth/core/providers/facebook"
import GitHub from "@auth/core/providers/github"
import Keycloak from "@auth/core/providers/keycloak"
import Loops from "@auth/core/providers/loops"
import Nodemailer from "@auth/core/providers/nodemailer"
import Resend from "@auth/core/providers/resend"
import { expect } from "chai"
import { readEnvironment } from "../../lib/config/env.js"
import { resolveProviders } from "../../lib/config/resolve-providers.js"
import { configErrorOf } from "../support/config-error.js"
import { recordingLogger } from "../support/recording-logger.js"

function resolve(providers: readonly unknown[], env: Record<string, string> = {}) {
  const { logger, warnings } = recordingLogger()
  return { providers: resolveProviders(providers as Provider[], readEnvironment(env), logger), warnings }
}

const key = { clientId: "id", clientSecret: "s" }
const endpoints = {
  authorization: "https://idp.example/authorize",
  token: { url: "https://idp.example/token" },
  userinfo: new URL("https://idp.example/me"),
}
const custom = { id: "mine", name: "Mine", type: "oauth", ...key, ...endpoints }

describe("resolveProviders", () => {
  it("calls a provider that was passed uncalled, with its variables", () => {
    const env = {
      AUTH_KEYCLOAK_ID: "id",
      AUTH_KEYCLOAK_SECRET: "s",
      AUTH_KEYCLOAK_ISSUER: "https://idp.example",
    }
    const [provider] = resolve([Keycloak], env).providers
    expect(provider?.definition.options).to.include({ ...key, issuer: "https://idp.example" })
    expect(provider).to.include({ ...key, issuer: "https://idp.example" })
  })

  it("fills a called provider from its variables; what the user wrote wins", () => {
    const env = { AUTH_GITHUB_ID: "env", AUTH_GITHUB_SECRET: "env" }
    const [provider] = resolve([GitHub({ clientId: "mine" })], env).providers
    expect(provider).to.include({ clientId: "mine" })
    expect(provider).to.include({ clientSecret: "env" })
  })

  it("takes a setting that is undefined from the environment, as core will", () => {
    const env = { AUTH_GITHUB_ID: "env", AUTH_GITHUB_SECRET: "env" }
    const [provider] = resolve([GitHub({ clientId: undefined } as object)], env).providers
    expect(provider).to.include({ clientId: "env" })
  })

  it("reads variables for ids with dashes", () => {
    const env = { AUTH_MY_IDP_ID: "id", AUTH_MY_IDP_SECRET: "s", AUTH_MY_IDP_ISSUER: "https://idp.example" }
    const [provider] = resolve([{ id: "my-idp", name: "Mine", type: "oidc" }], env).providers
    expect(provider).to.include({ clientId: "id", issuer: "https://idp.example" })
  })

  it("gives the user's id precedence", () => {
    expect(resolve([GitHub({ ...key, id: "second" } as object)]).providers.map(({ id }) => id)).to.deep.equal(
      ["second"],
    )
  })

  it("refuses an id twice, or one that cannot be used in a URL", () => {
    expect(configErrorOf(() => resolve([GitHub(key), GitHub(key)]))).to.include(
      'Two providers have the id "github"',
    )
    for (const id of ["a/b", "a b", "a?b", "é"])
      expect(configErrorOf(() => resolve([{ ...custom, id }]))).to.include("cannot be used in a URL")
  })

  it("names the entry that is not a provider", () => {
    for (const wrong of [undefined, false, null, "github", {}, { id: "x" }])
      expect(
        configErrorOf(() => resolve([GitHub(key), wrong])),
        String(wrong),
      ).to.match(/^ERR_AUTH_PROVIDER: providers\[1\] is not a provider/)
    expect(configErrorOf(() => resolve([{ ...custom, type: "oauth2" }]))).to.include(
      '"oauth2"; expected one of oauth',
    )
  })

  it("says that require() returned a module", () => {
    expect(configErrorOf(() => resolve([{ default: GitHub }]))).to.include("GitHub.default")
  })

  const former: [options: object, successor: string][] = [
    [{ clientID: "x" }, "`clientId`"],
    [{ scope: "repo" }, "`authorization: { params: { scope"],
    [{ authorizationUrl: "https://idp.example" }, "`authorization`"],
    [{ accessTokenUrl: "https://idp.example" }, "`token`"],
    [{ callbackURL: "/callback" }, "{mount}/callback/{provider}"],
    [{ protection: "pkce" }, "`checks`"],
    [{ state: true }, "`checks`"],
    [{ version: "2.0" }, "leave it out"],
  ]
  for (const [options, successor] of former)
    it(`refuses ${Object.keys(options)} of earlier versions in a provider, with its successor`, () => {
      for (const provider of [GitHub({ ...key, ...options }), { ...custom, ...options }])
        expect(configErrorOf(() => resolve([provider])))
          .to.match(/^ERR_AUTH_PROVIDER: Provider "(?:github|mine)" has the unknown option/)
          .and.include(successor)
    })

  it("accepts other members of a provider, and `scope` where core reads it", () => {
    expect(() => resolve([{ ...custom, region: "eu" }, Dribbble({ ...key, scope: "public" })])).not.to.throw()
  })

  it("passes on why a provider could not be set up", () => {
    expect(configErrorOf(() => resolve([Nodemailer]))).to.match(
      /^ERR_AUTH_PROVIDER: providers\[0\].*`server`/,
    )
  })
})

describe("resolveProviders: what is missing", () => {
  it("needs authorize for credentials", () => {
    const provider = { id: "local", name: "Local", type: "credentials", credentials: {} }
    expect(configErrorOf(() => resolve([provider]))).to.include('Provider "local" has no `authorize`')
    expect(() => resolve([Credentials({ authorize: () => null })])).not.to.throw()
  })

  const fields = { credentials: { password: {} } }
  const unfinished: [string, unknown][] = [
    ["Credentials without authorize", Credentials(fields)],
    ["Credentials, uncalled", Credentials],
    ["a misspelt authorize", Credentials({ ...fields, authorise: () => ({ id: "ada" }) } as object)],
    ["authorize: undefined", Credentials({ authorize: undefined } as object)],
  ]
  for (const [what, provider] of unfinished)
    it(`refuses ${what}, with which every password would be wrong`, () => {
      expect(configErrorOf(() => resolve([provider]))).to.include('"credentials" has no `authorize`')
    })

  it("accepts an authorize that replaces core's from outside", () => {
    expect(() => resolve([{ ...Credentials(fields), authorize: () => ({ id: "ada" }) }])).not.to.throw()
  })

  it("warns of a mailer without a sender, whose mails would come from Auth.js's own domain", () => {
    const sends = async () => {}
    const server = "smtp://localhost"
    const warningsOf = (provider: unknown) => resolve([provider]).warnings.map(([code]) => code)
    expect(warningsOf(Nodemailer({ server }))).to.deep.equal(["mail-from"])
    expect(warningsOf(Resend({ apiKey: "k" }))).to.deep.equal(["mail-from"])
    expect(warningsOf(Resend({ apiKey: "k", from: "login@example.com" }))).to.deep.equal([])
    expect(warningsOf(Nodemailer({ server, sendVerificationRequest: sends }))).to.deep.equal([])
    expect(warningsOf(Loops({ apiKey: "k", transactionalId: "t" }))).to.deep.equal([])
    const [warning] = resolve([Nodemailer({ server })]).warnings
    expect(warning?.[1]).to.include('from: "My app <login@example.com>"')
  })

  it("needs something that sends the mail", () => {
    const mailer = { id: "mail", name: "Mail", type: "email" }
    expect(configErrorOf(() => resolve([mailer]))).to.include("no `sendVerificationRequest`")
  })
})

describe("resolveProviders: checks", () => {
  const checksOf = (provider: unknown) => {
    const { providers, warnings } = resolve([provider])
    return {
      own: (providers[0] as { checks?: unknown }).checks,
      options: providers[0]?.definition.options?.checks,
      warnings,
    }
  }

  it("adds state on both sides, since core merges arrays by index", () => {
    expect(checksOf(GitHub(key))).to.deep.equal({
      own: ["pkce", "state"],
      options: ["pkce", "state"],
      warnings: [],
    })
    expect(checksOf(custom).own).to.deep.equal(["pkce", "state"])
    expect(checksOf(GitHub({ ...key, checks: ["nonce"] as never })).own).to.deep.equal(["nonce", "state"])
    expect(checksOf({ ...custom, checks: [] }).own).to.deep.equal(["state"])
  })

  it("leaves checks that have it, and shares no array with the user or between both sides", () => {
    const checks: ["state", "pkce"] = ["state", "pkce"]
    const { own, options } = checksOf(Facebook({ ...key, checks }))
    expect(own).to.deep.equal(checks)
    expect(options).to.deep.equal(checks)
    expect(new Set([checks, own, options]).size).to.equal(3)
  })

  it("honours none, with a warning", () => {
    const { own, options, warnings } = checksOf(GitHub({ ...key, checks: ["none"] }))
    expect([own, options]).to.deep.equal([["none"], ["none"]])
    expect(warnings[0]?.[0]).to.equal("checks-none")
    expect(warnings[0]?.[1]).to.include('"github"')
  })
})
