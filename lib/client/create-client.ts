import type { AuthClient } from "./auth-client.js"
import { Idle } from "./idle.js"
import { keepAlive } from "./keep-alive.js"
import { runPasskey } from "./passkeys.js"
import {
  type AuthClientOptions,
  type AuthClientResult,
  AuthServer,
  type Fields,
  navigate,
  toParams,
  toUrl,
} from "./server.js"
import { Sessions } from "./sessions.js"

/**
 * Creates a client of one mount of `ExpressAuth`: in a bundle if the mount is not at `/auth`, for a page on another
 * origin, or for an app with several mounts, which do not hear each other.
 *
 * Nothing happens before the first call, so that a server can import the module.
 */
export function createClient(options: AuthClientOptions = {}): AuthClient {
  const server = new AuthServer(options)
  const sessions = new Sessions(server)
  let idle: Idle | undefined
  const follow = async (call: Promise<AuthClientResult>, redirect = true): Promise<AuthClientResult> => {
    const result = await call
    if (!redirect) sessions.renew()
    else if (result.url) {
      sessions.announce()
      sessions.rest()
      navigate(result.url)
    }
    return result
  }
  const signOut = (fields: Fields, redirect?: boolean) => follow(server.post("signout", fields), redirect)
  const passkey =
    (action: "create" | "get"): AuthClient["signInWithPasskey"] =>
    ({ redirect, redirectTo: callbackUrl, ...fields } = {}) =>
      follow(runPasskey(server, action, { ...fields, callbackUrl }), redirect)

  return {
    getSession: () => sessions.read(),
    onSession: (listener, onError) => sessions.listen(listener, onError),
    signIn: (provider, { redirect, redirectTo: callbackUrl, ...fields } = {}, params = {}) =>
      follow(startSignIn(server, provider, { params, fields: { ...fields, callbackUrl } }), redirect),
    signOut: ({ redirect, redirectTo: callbackUrl, idp } = {}) => signOut({ callbackUrl, idp }, redirect),
    keepAlive: (period) => keepAlive(sessions, period, () => !!idle?.isWarned),
    idle(times) {
      idle?.stop()
      const key = `express-authjs ${server.url} input`
      idle = new Idle({ key, sessions, signOut: () => signOut({ callbackUrl: times.redirectTo }) }, times)
      return idle
    },
    signInWithPasskey: passkey("get"),
    registerPasskey: passkey("create"),
  }
}

async function startSignIn(
  server: AuthServer,
  provider: string | undefined,
  { params, fields }: { params: Fields; fields: Fields },
): Promise<AuthClientResult> {
  if (provider) return server.post(`signin/${provider}?${toParams(params)}`, fields)
  const query = toParams({ ...params, callbackUrl: toUrl(fields.callbackUrl) })
  return { ok: true, status: 200, url: `${server.url}/signin?${query}` }
}
