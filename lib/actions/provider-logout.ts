import { randomBytes } from "node:crypto"
import { parseCookie } from "cookie"
import type { CookieDefinition } from "../config/cookies.js"

import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { type Cookie, expireCookie } from "../http/cookies.js"
import { type ProviderLogin, providerLoginOf, toLogoutUrl } from "../logout/logout-request.js"
import { toRedirect } from "../replies/responses.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import { readSession } from "../session/get-session.js"
import { queryOf } from "./destination.js"

/** Seconds the visitor may take at the provider, which may ask whether to sign out. */
const maxAge = 15 * 60
/** Characters: browsers keep no longer cookie. */
const maxCookieLength = 3800

/** The provider's sign-out URL, and the cookie that remembers where the sign-out ends. */
interface WayByProvider {
  readonly url: string
  readonly cookies: readonly Cookie[]
}

/** Finds the provider's login before the session ends. A failure must not prevent the sign-out here. */
export async function findProviderLogin({ req, config }: AuthContext): Promise<ProviderLogin | undefined> {
  try {
    return await providerLoginOf(await readSession(req, config), config)
  } catch (error) {
    config.logger.error(error)
    return undefined
  }
}

/**
 * The way on to the provider, whose session ends too, and back to `GET /auth/signout/callback`.
 *
 * @returns `undefined` where the provider ends no sessions or does not answer; the log says so
 */
export async function leaveByProvider(
  context: AuthContext,
  login: ProviderLogin,
  destination: string,
): Promise<WayByProvider | undefined> {
  const { logger } = context.config
  const state = randomBytes(24).toString("base64url")
  const returnTo = toActionUrl(context, "signout/callback")
  try {
    const url = await toLogoutUrl(login, { returnTo, state })
    if (url !== undefined) return { url, cookies: [rememberWayBack(context, { state, destination })] }
    const id = login.provider.id
    logger.warn("idp-sign-out", `Provider "${id}" has no end_session_endpoint: its own session goes on.`)
  } catch (error) {
    logger.error(error)
  }
  return undefined
}

/**
 * `GET /auth/signout/callback`: the visitor comes back from the provider, signed out. Without the cookie of the
 * sign-out, or with another `state`, the visitor is sent to the root of our origin, because any site can link here.
 */
export async function finishProviderLogout(context: AuthContext): Promise<Response> {
  const { req, config, origin } = context
  const { name, options } = wayBackCookie(context)
  const sealed = parseCookie(req.headers.cookie ?? "")[name]
  if (!sealed) return toRedirect(context, `${origin}/`)
  const decoded = decodeToken(sealed, { secrets: config.secrets, salt: name })
  const { state, destination } = decoded.status === "valid" ? decoded.payload : {}
  const isOurs = typeof state === "string" && state === queryOf(context).get("state")
  const url = isOurs && typeof destination === "string" ? destination : `${origin}/`
  return toRedirect(context, url, [expireCookie(name, options)])
}

function rememberWayBack(context: AuthContext, way: { state: string; destination: string }): Cookie {
  const { name, options } = wayBackCookie(context)
  const seal = (content: typeof way) =>
    encodeToken({ ...content }, { secrets: context.config.secrets, salt: name, maxAge })
  const whole = seal(way)
  const value = whole.length <= maxCookieLength ? whole : seal({ ...way, destination: `${context.origin}/` })
  return { name, value, options: { ...options, maxAge } }
}

/** One per browser: of two sign-outs in progress, the later one counts. */
function wayBackCookie({ cookies, basePath }: AuthContext): CookieDefinition {
  const { name, options } = cookies.callbackUrl
  return {
    name: `${name}.signout`,
    options: { ...options, path: name.startsWith("__Host-") ? "/" : basePath },
  }
}
