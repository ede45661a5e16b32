import { decode, type JWT } from "@auth/core/jwt"
import type express from "express"
import type { ExpressAuthConfig, LinkAccountOptions, UnlinkAccountOptions } from "express-authjs"
import { createExtendedAdapter } from "./adapter-extras.js"
import { type AuthApp, cookiesOf, secret, sessionOf, signIn, useAuthApps } from "./auth-apps.js"
import { signInAtProvider } from "./sign-in-at-provider.js"
import { UserAgent, type Visit } from "./user-agent.js"

export type Adapter = ReturnType<typeof createExtendedAdapter>

export interface AccountApp extends AuthApp {
  adapter: Adapter
  /** Ada, signed in at "demo". */
  signInAda(agent?: UserAgent): Promise<UserAgent>
  userId(agent: UserAgent): Promise<string>
}

export interface AccountAppOptions {
  express?: typeof express
  link?: LinkAccountOptions
  unlink?: UnlinkAccountOptions
  /** Whether there is an adapter. @default true */
  database?: boolean
}

/** Apps with two providers, "demo" and "other", and handlers that link and unlink accounts. */
export function useAccountApps() {
  const apps = useAuthApps()

  async function start(
    config: Partial<ExpressAuthConfig> = {},
    { express, link = {}, unlink = {}, database = true }: AccountAppOptions = {},
  ): Promise<AccountApp> {
    const adapter = createExtendedAdapter()
    const providers = config.providers ?? [apps.demo(), apps.demo({ id: "other", name: "Other" })]
    const app = await apps.start(
      { ...(database && { adapter }), ...config, providers },
      {
        ...(express && { express }),
        routes: (server, auth) => {
          server.post("/link/:provider", (req, res, next) => {
            auth
              .linkAccount(req, res, req.params.provider, {
                redirectTo: "/account",
                authorizationParams: { prompt: "login" },
                ...link,
              })
              .catch(next)
          })
          server.post("/unlink/:provider", (req, res, next) => {
            auth
              .unlinkAccount(req, res, req.params.provider, { redirectTo: "/account", ...unlink })
              .catch(next)
          })
          server.use(
            (
              error: { code?: string; status?: number },
              _req: unknown,
              res: express.Response,
              _next: unknown,
            ) => void res.status(error.status ?? 500).json({ code: error.code }),
          )
        },
      },
    )
    return {
      ...app,
      adapter,
      signInAda: async (agent = new UserAgent()) => {
        await signIn(agent, app.url)
        return agent
      },
      userId: async (agent) => String((await sessionOf(agent, app.url))?.user.id),
    }
  }
  return { ...apps, start }
}

/**
 * Links an account, from the app's handler to the response of our callback. Clears the provider's session first, so
 * that its sign-in page is shown.
 */
export async function link(
  agent: UserAgent,
  url: string,
  { provider = "other", name = "Ada Lovelace" } = {},
): Promise<Visit> {
  await agent.cookies.store.removeCookies("127.0.0.1", null)
  return signInAtProvider(agent, await agent.post(`${url}/link/${provider}`), { name })
}

/** The decrypted claims of a browser's session cookie. */
export async function claimsOf(agent: UserAgent, url: string): Promise<JWT> {
  const salt = "authjs.session-token"
  const { [salt]: token = "" } = await cookiesOf(agent, url)
  return (await decode({ token, secret, salt })) ?? {}
}
