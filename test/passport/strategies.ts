import {
  type Profile,
  Strategy as SamlStrategy,
  ValidateInResponseTo,
  type VerifiedCallback,
} from "@node-saml/passport-saml"
import { allowInsecureRequests, ClientSecretBasic, discovery, fetchUserInfo } from "openid-client"
import { Strategy as OpenIdStrategy } from "openid-client/passport"
import LdapStrategy from "passport-ldapauth"
import { Strategy as LocalStrategy } from "passport-local"
import { Strategy as OAuth1Strategy } from "passport-oauth1"
import OAuth2Strategy from "passport-oauth2"
import { type Directory, startDirectory } from "../support/directory.js"
import { type OAuth1Server, startOAuth1Server } from "../support/oauth1-server.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { startSamlIdp } from "../support/saml-idp.js"

/** The common part of all strategies; their own types differ in the rest. */
export interface Strategy {
  authenticate: (...args: never[]) => unknown
}

/** Creates a strategy with this callback URL; without one, with our callback's URL. */
export type Create = (callbackURL?: string) => Strategy

/** A strategy as a Passport app builds it, and its server. */
export interface StartedStrategy {
  create: Create
  close(): Promise<void>
}

/** A way to sign in. Each signs in Ada Lovelace, whose id there is `ada`. */
export interface StrategyCase {
  /** Of the provider in the app. */
  id: string
  /** The form input on our page; omitted for strategies that redirect. */
  typed?: { username: string; password: string }
  start(): Promise<StartedStrategy>
}

const ada = { id: "ada", name: "Ada Lovelace", email: "ada@example.com" }
const nothingToClose = async () => {}

/** Passport strategies, each with a real server on loopback. */
export const strategyCases: Record<string, StrategyCase> = {
  "passport-local": {
    id: "local",
    typed: { username: "ada", password: "analytical" },
    start: async () => ({
      create: () =>
        new LocalStrategy((username, password, done) =>
          done(null, username === "ada" && password === "analytical" ? ada : false, {
            message: "Wrong password",
          }),
        ),
      close: nothingToClose,
    }),
  },
  "passport-ldapauth": {
    id: "ldap",
    typed: { username: "ada", password: "analytical" },
    start: async () => {
      const directory = await startDirectory()
      return { create: () => createLdap(directory), close: directory.close }
    },
  },
  "passport-oauth1": {
    id: "oauth1",
    start: async () => {
      const server = await startOAuth1Server()
      return { create: createOAuth1(server), close: server.close }
    },
  },
  "passport-oauth2": {
    id: "oauth2",
    start: async () => {
      // passport-oauth2 always sends the secret in the form.
      const idp = await startOpenIdProvider({ clientAuth: "client_secret_post" })
      return { create: createOAuth2(idp), close: idp.close }
    },
  },
  "openid-client": {
    id: "openid",
    start: async () => {
      const idp = await startOpenIdProvider()
      return { create: await createOpenId(idp), close: idp.close }
    },
  },
  "@node-saml/passport-saml": {
    id: "saml",
    start: async () => {
      const { entryPoint, certificate: idpCert, close } = await startSamlIdp()
      return { create: (callbackUrl = "") => createSaml({ entryPoint, idpCert, callbackUrl }), close }
    },
  },
}

type Verified = (error: unknown, user?: object) => void

interface Person {
  id?: string
  sub?: string
  name: string
  email: string
}

/** A search for the name, and a bind with the password. */
export function createLdap({ url }: Pick<Directory, "url">): Strategy {
  const server = { url, searchBase: "ou=people,dc=example,dc=com", searchFilter: "(uid={{username}})" }
  return new LdapStrategy({ server }, (found: Record<string, string>, done: Verified) =>
    done(null, { id: found.uid, name: found.cn, email: found.mail }),
  )
}

/** A strategy like those for single providers: a subclass of passport-oauth1 with its own profile. */
export function createOAuth1({ client, profileURL }: Pick<OAuth1Server, "client" | "profileURL">): Create {
  class ExampleStrategy extends OAuth1Strategy {
    override userProfile(token: string, secret: string, _params: object, done: Verified): void {
      this._oauth.get(profileURL, token, secret, (error, body) =>
        error
          ? done(new Error(`The profile was refused: ${error.data}`))
          : done(null, JSON.parse(String(body))),
      )
    }
  }
  return (callbackURL) =>
    new ExampleStrategy(
      { ...client, ...(callbackURL && { callbackURL }) },
      (_token, _secret, profile, done) => done(null, profile),
    )
}

/** How an OAuth 2.0 provider returns its response. */
export type ResponseMode = "query" | "form_post"

/** A subclass of passport-oauth2 with its own profile; with state and PKCE by default. */
export function createOAuth2(
  { issuer, clientId: clientID, clientSecret }: OpenIdProvider,
  checks: { state?: true; pkce?: true } = { state: true, pkce: true },
  responseMode: ResponseMode = "query",
): Create {
  class ExampleStrategy extends OAuth2Strategy {
    override userProfile(accessToken: string, done: (error?: unknown, profile?: Person) => void): void {
      this._oauth2.useAuthorizationHeaderforGET(true)
      this._oauth2.get(`${issuer}/me`, accessToken, (error, body) =>
        error
          ? done(new Error(`The profile was refused: ${error.data}`))
          : done(null, JSON.parse(String(body))),
      )
    }
  }
  const endpoints = {
    authorizationURL: `${issuer}/auth?response_mode=${responseMode}`,
    tokenURL: `${issuer}/token`,
  }
  const options = { ...endpoints, ...checks, clientID, clientSecret, scope: ["openid", "profile", "email"] }
  return (callbackURL) =>
    new ExampleStrategy(
      { ...options, ...(callbackURL && { callbackURL }) },
      (...[, , { sub, name, email }, done]: OAuth2Answer) => done(null, { id: sub, name, email }),
    )
}

type OAuth2Answer = [accessToken: string, refreshToken: string, profile: Person, done: Verified]

/** The strategy of openid-client, which discovers the provider's endpoints and keys. */
export async function createOpenId(
  { issuer, clientId, clientSecret }: OpenIdProvider,
  responseMode: ResponseMode = "query",
): Promise<Create> {
  class ExampleStrategy extends OpenIdStrategy {
    override authorizationRequestParams(...args: Parameters<OpenIdStrategy["authorizationRequestParams"]>) {
      const params = new URLSearchParams(super.authorizationRequestParams(...args))
      params.set("response_mode", responseMode)
      return params
    }
  }
  const authentication = ClientSecretBasic(clientSecret)
  const execute = [allowInsecureRequests]
  const config = await discovery(new URL(issuer), clientId, {}, authentication, { execute })
  const options = { config, scope: "openid profile email" }
  return (callbackURL) =>
    new ExampleStrategy({ ...options, ...(callbackURL && { callbackURL }) }, async (tokens, done) => {
      const subject = String(tokens.claims()?.sub)
      const { sub, name, email } = await fetchUserInfo(config, tokens.access_token, subject)
      done(null, { id: sub, name, email })
    })
}

export interface SamlOptions {
  entryPoint: string
  idpCert: string
  callbackUrl: string
  wantAuthnResponseSigned?: boolean
  validateInResponseTo?: ValidateInResponseTo
  additionalParams?: Record<string, string>
}

/** Configured as passport-saml's documentation advises: only solicited responses are accepted. */
export function createSaml(options: SamlOptions): Strategy {
  const config = { issuer: "the-app", validateInResponseTo: ValidateInResponseTo.always, ...options }
  return new SamlStrategy(
    config,
    (profile: Profile | null, done: VerifiedCallback) =>
      done(null, { id: profile?.nameID, name: profile?.displayName, email: profile?.mail }),
    (_profile: Profile | null, done: VerifiedCallback) => done(null),
  )
}
