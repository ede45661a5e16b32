import type { CookieDefinition } from "../config/resolve-cookies.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, cookiesOf, expireCookie } from "../http/cookies.js"

/** Seconds. */
const year = 365 * 24 * 60 * 60

type Context = Pick<AuthContext, "req" | "cookies" | "basePath">

/**
 * Returns the cookie that names the provider of a finished sign-in, for the badge on the sign-in page. A visitor who did
 * not want to be remembered leaves no trace: an earlier cookie is removed.
 */
export function keepLastUsed({ context, provider, strategy, remembered }: SignInAttempt): Cookie[] {
  const { config } = context
  if (!config.lastUsed || config.providers.length < 2 || strategy?.people) return []
  const name = nameOf(context)
  if (!remembered) return lastUsedOf(context) === undefined ? [] : [expireCookie(name, optionsOf(context))]
  return [{ name, value: provider.id, options: { ...optionsOf(context), maxAge: year } }]
}

/** Returns the id in that cookie. Anyone can write it, so it is only compared with ids. */
export function lastUsedOf(context: Context): string | undefined {
  return cookiesOf(context.req)[nameOf(context)]
}

/** Uses the prefix of the callback URL's cookie. */
function nameOf({ cookies }: Context): string {
  return cookies.callbackUrl.name.replace(/(?:\.callback-url)?$/, ".last-used")
}

function optionsOf(context: Context): CookieDefinition["options"] {
  const path = nameOf(context).startsWith("__Host-") ? "/" : context.basePath
  return { ...context.cookies.callbackUrl.options, path }
}
