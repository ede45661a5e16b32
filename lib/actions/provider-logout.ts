import { randomBytes } from "node:crypto"
import type { CookieDefinition } from "../config/resolve-cookies.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { type Cookie, cookiesOf, expireCookie } from "../http/cookies.js"
import { type ProviderLogin, providerLoginOf, toLogoutUrl } from "../logout/logout-request.js"
import { toRedirect } from "../replies/responses.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import { readSession } from "../session/get-session.js"
import { queryOf } from "./destination.js"

/** Seconds that the visitor may spend at the provider, which may ask for confirmation. */
const maxAge = 15 * 60
/** Characters of a cookie; browsers reject longer ones. */
const maxCookieLength = 3800

/** The provider's sign-out URL, and the cookie that remembers where the sign-out ends. */
interface LogoutRedirect {
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
 * Returns the provider's URL that ends its session and redirects back to `GET /auth/signout/callback`, and the cookie
 * for the way back.
 *
 * @returns `undefined` if the provider does not end sessions or does not respond; logged
 */
export async function toLogoutRedirect(
  context: AuthContext,
  login: ProviderLogin,
  destination: string,
): Promise<LogoutRedirect | undefined> {
  const { logger } = context.config
  const state = randomBytes(24).toString("base64url")
  const returnTo = toActionUrl(context, "signout/callback")
  try {
    const url = await toLogoutUrl(login, { returnTo, state })
    if (url !== undefined) return { url, cookies: [toReturnCookie(context, { state, destination })] }
    const id = login.provider.id
    logger.warn("idp-sign-out", `Provider "${id}" has no end_session_endpoint, so its own session continues.`)
  } catch (error) {
    logger.error(error)
  }
  return undefined
}

/**
 * `GET /auth/signout/callback`: the visitor returns from the provider. Without the cookie of the sign-out, or with
 * another `state`, redirects to the root of our origin, because any site can link here.
 */
export async function finishProviderLogout(context: AuthContext): Promise<Response> {
  const { req, config, origin } = context
  const { name, options } = returnCookie(context)
  const sealed = cookiesOf(req)[name]
  if (!sealed) return toRedirect(context, `${origin}/`)
  const decoded = decodeToken(sealed, { secrets: config.secrets, salt: name })
  const { state, destination } = decoded.status === "valid" ? decoded.payload : {}
  const isOurs = typeof state === "string" && state === queryOf(context).get("state")
  const url = isOurs && typeof destination === "string" ? destination : `${origin}/`
  return toRedirect(context, url, [expireCookie(name, options)])
}

function toReturnCookie(context: AuthContext, way: { state: string; destination: string }): Cookie {
  const { name, options } = returnCookie(context)
  const seal = (content: typeof way) =>
    encodeToken({ ...content }, { secrets: context.config.secrets, salt: name, maxAge })
  const whole = seal(way)
  const value = whole.length <= maxCookieLength ? whole : seal({ ...way, destination: `${context.origin}/` })
  return { name, value, options: { ...options, maxAge } }
}

/**
 * Returns the cookie's name and options. There is one per browser: of two concurrent sign-outs, the later one counts.
 */
function returnCookie({ cookies, basePath }: AuthContext): CookieDefinition {
  const { name, options } = cookies.callbackUrl
  return {
    name: `${name}.signout`,
    options: { ...options, path: name.startsWith("__Host-") ? "/" : basePath },
  }
}
