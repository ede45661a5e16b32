import type { Provider } from "@auth/core/providers"
import Discord from "@auth/core/providers/discord"
import GitHub from "@auth/core/providers/github"
import Google from "@auth/core/providers/google"
import Keycloak from "@auth/core/providers/keycloak"
import Resend from "@auth/core/providers/resend"
import { expect } from "chai"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { configErrorOf } from "../support/config-error.js"
import { withEnvironment } from "../support/with-environment.js"

function messageOf(config: Partial<ExpressAuthConfig>, env: Record<string, string> = {}): string {
  const { logger } = { logger: { warn() {} } }
  return configErrorOf(() =>
    withEnvironment(env, () => ExpressAuth({ providers: [], logger, secret: "s".repeat(32), ...config })),
  )
}

function resolve(providers: readonly unknown[], env: Record<string, string> = {}): string {
  const adapter = { createVerificationToken() {} } as never
  return messageOf({ providers: providers as Provider[], adapter, session: { strategy: "jwt" } }, env)
}

const key = { clientId: "id", clientSecret: "s" }
const endpoints = {
  authorization: "https://idp.example/authorize",
  token: { url: "https://idp.example/token" },
  userinfo: new URL("https://idp.example/me"),
}
const custom = { id: "mine", name: "Mine", type: "oauth", ...key, ...endpoints }

/** A configuration that lacks nothing gets as far as the check of the adapter. */
const complete = /^ERR_AUTH_ADAPTER_METHOD/

describe("requireCredentials", () => {
  it("names every missing credential of every provider in one message, with the callback URLs", () => {
    const providers = [GitHub, Discord, Google(key), Resend, Keycloak] as ExpressAuthConfig["providers"]
    const message = messageOf({ providers, basePath: "/account/auth", url: "https://app.example" })
    for (const variable of [
      ...["AUTH_GITHUB_ID", "AUTH_GITHUB_SECRET", "AUTH_DISCORD_ID", "AUTH_DISCORD_SECRET"],
      ...["AUTH_RESEND_KEY", "AUTH_KEYCLOAK_ID", "AUTH_KEYCLOAK_SECRET", "AUTH_KEYCLOAK_ISSUER"],
    ])
      expect(message.split(variable), variable).to.have.lengthOf(2)
    expect(message).not.to.include("GOOGLE")
    expect(message).to.match(
      /register with the services:\n {2}https:\/\/app\.example\/account\/auth\/callback\/github\n/,
    )
    expect(message.match(/\/callback\/\w+/g)).to.deep.equal([
      "/callback/github",
      "/callback/discord",
      "/callback/keycloak",
    ])
  })

  it("marks the guessed part of a callback URL", () => {
    expect(messageOf({ providers: [GitHub] })).to.include(
      "(insert the origin and the mount path of your app):\n  http://localhost:3000/auth/callback/github",
    )
    expect(messageOf({ providers: [GitHub], basePath: "/sso" })).to.include(
      "(insert the origin of your app):\n  http://localhost:3000/sso/callback/github",
    )
    expect(messageOf({ providers: [Resend] })).not.to.include("callback")
  })

  it("answers the variables of earlier versions with their successors", () => {
    const message = messageOf(
      { providers: [GitHub, Discord, Keycloak] },
      {
        KEYCLOAK_ISSUER: "https://idp.example",
        GITHUB_ID: "id",
        GITHUB_SECRET: "s",
        DISCORD_CLIENT_ID: "id",
        NEXTAUTH_DISCORD_SECRET: "s",
      },
    )
    for (const [former, now] of [
      ["KEYCLOAK_ISSUER", "AUTH_KEYCLOAK_ISSUER"],
      ["GITHUB_ID", "AUTH_GITHUB_ID"],
      ["GITHUB_SECRET", "AUTH_GITHUB_SECRET"],
      ["DISCORD_CLIENT_ID", "AUTH_DISCORD_ID"],
      ["NEXTAUTH_DISCORD_SECRET", "AUTH_DISCORD_SECRET"],
    ])
      expect(message).to.include(`${former} is set: rename it to ${now}.`)
  })

  it("names the variable for a client id and secret", () => {
    expect(resolve([GitHub])).to.include("Set AUTH_GITHUB_ID, or pass `clientId`")
    expect(resolve([GitHub({ clientId: "id" })])).to.include("Set AUTH_GITHUB_SECRET")
  })

  it("needs no secret of a client that has none", () => {
    for (const token_endpoint_auth_method of ["none", "private_key_jwt"])
      expect(
        resolve([{ ...custom, clientSecret: undefined, client: { token_endpoint_auth_method } }]),
      ).to.match(complete)
  })

  it("names the endpoint and the issuer's variable", () => {
    for (const endpoint of ["authorization", "token", "userinfo"])
      for (const value of [undefined, "", { params: { scope: "a" } }])
        expect(resolve([{ ...custom, [endpoint]: value }])).to.match(
          new RegExp(`neither \`issuer\` nor a \`${endpoint}\` endpoint. Set AUTH_MINE_ISSUER`),
        )
    expect(resolve([{ ...custom, userinfo: undefined, issuer: "https://idp.example" }])).to.match(complete)
  })

  it("refuses a URL with an undefined part, as providers build it without their tenant", () => {
    for (const url of ["undefined/oauth/authorize", "https://undefined.app.example/authorize", "/authorize"])
      expect(resolve([{ ...custom, authorization: { url } }])).to.include(
        `The \`authorization\` endpoint of provider "mine" is "${url}"`,
      )
  })

  it("needs the key of a mailer over HTTP", () => {
    expect(resolve([Resend])).to.include("Set AUTH_RESEND_KEY")
    expect(resolve([Resend], { AUTH_RESEND_KEY: "k" })).to.match(complete)
    expect(resolve([Resend({ sendVerificationRequest: async () => {} })])).to.match(complete)
  })
})
