import express, { type Express } from "express"
import { ExpressAuth, type ExpressAuthConfig, type ExpressAuthHandler } from "express-authjs"
import type { JWTPayload } from "jose"
import { secret, signIn } from "./auth-apps.js"
import { textOf } from "./html-form.js"
import { type Listening, listen } from "./listen.js"
import { type OpenIdProvider, type OpenIdProviderOptions, startOpenIdProvider } from "./openid-provider.js"
import { describe as describeVisit, redirectTarget, UserAgent, type Visit } from "./user-agent.js"

export interface LogoutApp extends Listening {
  auth: ExpressAuthHandler
  idp: OpenIdProvider
  /** The back-channel logout URL. */
  uri: string
  logs: { errors: Error[]; warnings: string[] }
  /** Of every sign-in, oldest first. */
  idTokens: string[]
}

export interface LogoutAppOptions {
  /** Whether the provider names its session; else the account alone. @default true */
  sessionRequired?: boolean
  config?: (idp: OpenIdProvider) => Partial<ExpressAuthConfig>
  routes?: (app: Express, auth: ExpressAuthHandler) => void
  provider?: OpenIdProviderOptions
}

/** Starts an app, and a provider that notifies it of sign-outs; both are closed after their test. */
export function useLogoutApps() {
  const open: { close(): Promise<void> }[] = []
  afterEach(() => Promise.all(open.splice(0).map((server) => server.close())))

  return async function start({
    sessionRequired = true,
    config,
    routes,
    provider,
  }: LogoutAppOptions = {}): Promise<LogoutApp> {
    const app = express()
    const server = await listen(app)
    const uri = `${server.url}/auth/backchannel-logout/demo`
    const idp = await startOpenIdProvider({ backchannelLogout: { uri, sessionRequired }, ...provider })
    open.push(server, idp)
    const logs: LogoutApp["logs"] = { errors: [], warnings: [] }
    const idTokens: string[] = []
    const { issuer, clientId, clientSecret } = idp
    const auth = ExpressAuth({
      secret,
      providers: [{ id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret }],
      logger: {
        error: (error: Error) => void logs.errors.push(error),
        warn: (code: string) => void logs.warnings.push(code),
      },
      events: { signIn: ({ account }) => void idTokens.push(String(account?.id_token)) },
      ...config?.(idp),
    })
    app.use("/auth", auth)
    app.get("/open", auth.session(), (req, res) => void res.json(req.auth))
    routes?.(app, auth)
    return { ...server, auth, idp, uri, logs, idTokens }
  }
}

/** Signs out on the provider's own page, as if from another app, and confirms. */
export async function signOutAtProvider(agent: UserAgent, { issuer }: OpenIdProvider): Promise<void> {
  const asked = await agent.get(`${issuer}/session/end`)
  const done = await agent.followAll(
    await agent.submit(asked, { formAction: /\/session\/end\/confirm$/, button: "Sign out" }),
  )
  if (!textOf(done.body).includes("You are signed out")) throw new Error(describeVisit(done))
}

/** The claims of a valid logout token. */
export function logoutClaims({ issuer, clientId }: OpenIdProvider, claims: JWTPayload = {}): JWTPayload {
  const iat = Math.floor(Date.now() / 1000)
  return {
    iss: issuer,
    aud: clientId,
    iat,
    exp: iat + 120,
    jti: crypto.randomUUID(),
    events: { "http://schemas.openid.net/event/backchannel-logout": {} },
    ...claims,
  }
}

/** Posts a token as a provider does. */
export function postLogout(
  uri: string,
  token: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(uri, { method: "POST", headers, body: new URLSearchParams({ logout_token: token }) })
}

/** Apps with a POST handler that signs out at the provider too, and a signed-in user. */
export function signedInWith(startApp: ReturnType<typeof useLogoutApps>) {
  return async (config: Partial<ExpressAuthConfig> = {}, options: LogoutAppOptions = {}) => {
    const app = await startApp({
      config: () => config,
      routes: (express, auth) =>
        express.post("/logout", (req, res) => auth.signOut(req, res, { idp: true, redirectTo: "/goodbye" })),
      ...options,
    })
    const agent = new UserAgent()
    await signIn(agent, app.url)
    return { ...app, agent }
  }
}

/** Follows our sign-out through the provider's page. Returns the response of our callback. */
export async function leaveByProvider(
  agent: UserAgent,
  leaving: Visit,
  { issuer }: OpenIdProvider,
): Promise<Visit> {
  if (!redirectTarget(leaving)?.startsWith(`${issuer}/session/end?`)) throw new Error(describeVisit(leaving))
  const asked = await agent.follow(leaving)
  return agent.follow(await agent.submit(asked, { formAction: /confirm$/, button: "Sign out" }))
}

/** The query parameters of a redirect. */
export function queryOf(visit: Visit): Record<string, string> {
  return Object.fromEntries(new URL(redirectTarget(visit) ?? "").searchParams)
}
