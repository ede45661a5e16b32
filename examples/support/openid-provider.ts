import { randomBytes } from "node:crypto"
import { createServer, type Server } from "node:http"
import express, { type Request } from "express"
import type Provider from "oidc-provider"
import type { Configuration, KoaContextWithOIDC } from "oidc-provider"
import { type Account, Accounts, defaultAccounts } from "./openid-provider-accounts.js"
import { signingKey, signToken } from "./openid-provider-keys.js"
import { addLoginPages } from "./openid-provider-login.js"
import {
  type BackchannelLogout,
  createProviderFetch,
  type LogoutCall,
  toLogoutMetadata,
} from "./openid-provider-logout.js"
import { escapeHtml, renderLogout, renderPage } from "./openid-provider-pages.js"
import { createProviderStore } from "./openid-provider-store.js"

export type { Account } from "./openid-provider-accounts.js"

/** Options of {@link startOpenIdProvider}. */
export interface OpenIdProviderOptions {
  /** The registered redirect URIs. @default "any-loopback": any path on any port of localhost, 127.0.0.1 and [::1] */
  redirectUris?: readonly string[] | "any-loopback"
  /** The accounts its sign-in page offers. @default Ada Lovelace and Grace Hopper */
  accounts?: readonly Account[]
  /** The address to listen on, which is also the issuer's host. @default "127.0.0.1" */
  host?: "127.0.0.1"
  /** The app's back-channel logout URL and settings. @default none */
  backchannelLogout?: BackchannelLogout
  /** Whether it has an `end_session_endpoint`. @default true */
  endSession?: boolean
  /** How the app authenticates at the token endpoint. @default "client_secret_basic" */
  clientAuth?: "client_secret_basic" | "client_secret_post"
}

/** A request the provider received, oldest first. */
export interface RecordedRequest {
  method: string
  path: string
  query: Request["query"]
}

export interface OpenIdProvider {
  issuer: string
  clientId: string
  clientSecret: string
  requests: RecordedRequest[]
  /** Its back-channel calls, oldest first. */
  logoutCalls: LogoutCall[]
  /** Signs any claims with the provider's key. */
  sign: typeof signToken
  close(): Promise<void>
}

/**
 * Starts a real OpenID provider (`oidc-provider`) on a free loopback port: authorization code with PKCE, refresh
 * tokens, userinfo, RP-initiated logout, and a sign-in page that accepts any name and any password. It does not keep
 * the process alive.
 */
export async function startOpenIdProvider(options: OpenIdProviderOptions = {}): Promise<OpenIdProvider> {
  const server = createServer()
  const issuer = await listenOnFreePort(server, options.host ?? "127.0.0.1")
  const client = { clientId: "express-authjs", clientSecret: randomBytes(24).toString("base64url") }
  const accounts = new Accounts(issuer, options.accounts ?? defaultAccounts)
  const logoutCalls: LogoutCall[] = []
  const provider = await createProvider(issuer, accounts, { ...client, ...options }, logoutCalls)
  const requests: RecordedRequest[] = []

  const app = express()
  app.set("env", "test")
  app.use((req, _res, next) => {
    requests.push({ method: req.method, path: req.path, query: req.query })
    next()
  })
  addLoginPages(app, provider, accounts)
  app.use(provider.callback())
  server.on("request", app).unref()

  return { issuer, ...client, requests, logoutCalls, sign: signToken, close: () => closeServer(server) }
}

async function listenOnFreePort(server: Server, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve))
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("The provider has no port")
  return `http://${host}:${address.port}`
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

type Client = Omit<OpenIdProviderOptions, "accounts" | "host"> & {
  clientId: string
  clientSecret: string
}

async function createProvider(
  issuer: string,
  accounts: Accounts,
  client: Client,
  logoutCalls: LogoutCall[],
): Promise<Provider> {
  const OidcProvider = await importProvider()
  const { redirectUris = "any-loopback" } = client
  const anyLoopback = redirectUris === "any-loopback"
  const uris = anyLoopback ? ["http://localhost/"] : redirectUris
  const provider: Provider = new OidcProvider(issuer, {
    ...configuration,
    features: featuresOf(client),
    fetch: createProviderFetch(logoutCalls),
    adapter: createProviderStore(),
    jwks: { keys: [await signingKey()] },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    clients: [clientMetadata(client, uris)],
    loadExistingGrant: (ctx) => grantEverything(provider, ctx),
    findAccount: (_ctx, sub) => {
      const account = accounts.find(sub)
      return account && { accountId: sub, claims: () => ({ ...accounts.claims(account) }) }
    },
  })
  if (anyLoopback) {
    provider.Client.prototype.redirectUriAllowed = isLoopback
    provider.Client.prototype.postLogoutRedirectUriAllowed = isLoopback
  }
  return provider
}

/** Hides oidc-provider's console warning about Node 20, where everything used here works too. */
async function importProvider() {
  const { warn } = console
  console.warn = (message: unknown, ...rest: unknown[]) => {
    if (!String(message).includes("Unsupported runtime")) warn(message, ...rest)
  }
  try {
    return (await import("oidc-provider")).default
  } finally {
    console.warn = warn
  }
}

function featuresOf({ endSession = true }: Client): NonNullable<Configuration["features"]> {
  const { features } = configuration
  return endSession
    ? { ...features }
    : { ...features, backchannelLogout: { enabled: false }, rpInitiatedLogout: { enabled: false } }
}

const configuration: Configuration = {
  claims: { openid: ["sub"], profile: ["name", "picture"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  scopes: ["openid", "offline_access", "profile", "email"],
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: false },
    revocation: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        ctx.body = renderLogout(form)
      },
      postLogoutSuccessSource: (ctx) => {
        ctx.body = renderPage("You are signed out.", "")
      },
    },
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
  pkce: { required: () => false },
  renderError: (ctx, { error, error_description }) => {
    ctx.type = "html"
    ctx.body = renderPage(
      "There is something wrong with this request.",
      `<p>${escapeHtml(`${error}: ${error_description}`)}</p>`,
    )
  },
  clientBasedCORS: () => false,
  ttl: {
    AccessToken: 60 * 60,
    AuthorizationCode: 60,
    IdToken: 60 * 60,
    RefreshToken: 24 * 60 * 60,
    Interaction: 60 * 60,
    Session: 24 * 60 * 60,
    Grant: 24 * 60 * 60,
  },
}

function clientMetadata(client: Client, redirectUris: readonly string[]) {
  return {
    ...toLogoutMetadata(client.endSession === false ? undefined : client.backchannelLogout),
    client_id: client.clientId,
    client_secret: client.clientSecret,
    client_name: "the application",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code" as const],
    token_endpoint_auth_method: client.clientAuth ?? "client_secret_basic",
    redirect_uris: redirectUris,
    ...(client.endSession !== false && { post_logout_redirect_uris: redirectUris }),
  }
}

/** Grants the requested scopes without prompting, so there is no second page. */
async function grantEverything(provider: Provider, ctx: KoaContextWithOIDC) {
  const { client, session, params } = ctx.oidc
  if (!client || !session?.accountId) return undefined
  const existing = session.grantIdFor(client.clientId)
  const found = existing ? await provider.Grant.find(existing) : undefined
  const grant = found ?? new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope(String(params?.scope ?? "openid"))
  await grant.save()
  return grant
}

function isLoopback(uri: string): boolean {
  const { protocol, hostname } = new URL(uri)
  return /^https?:$/.test(protocol) && ["localhost", "127.0.0.1", "[::1]"].includes(hostname)
}
