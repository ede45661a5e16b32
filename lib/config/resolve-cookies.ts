import type { SerializeOptions } from "cookie"
import { ConfigError } from "../errors.js"
import type { ExpressAuthConfig } from "./options.js"

/** The name and the attributes of a cookie. */
export interface CookieDefinition {
  /** The full name, with its prefix. */
  readonly name: string
  /** Attributes of the Set-Cookie header; `maxAge` is in seconds. */
  readonly options: Readonly<SerializeOptions>
}

type CookieName =
  | "sessionToken"
  | "callbackUrl"
  | "csrfToken"
  | "pkceCodeVerifier"
  | "state"
  | "nonce"
  | "webauthnChallenge"

/** All cookies of Auth.js, for either plain HTTP or HTTPS. */
export type CookieSet = Readonly<Record<CookieName, CookieDefinition>>

const suffixes: Record<CookieName, string> = {
  sessionToken: "session-token",
  callbackUrl: "callback-url",
  csrfToken: "csrf-token",
  pkceCodeVerifier: "pkce.code_verifier",
  state: "state",
  nonce: "nonce",
  webauthnChallenge: "challenge",
}

/**
 * Merges the `cookies` option into the default cookies of Auth.js.
 *
 * Browsers reject a cookie whose name prefix contradicts its attributes. Therefore `__Host-` becomes `__Secure-` for a
 * cookie with a `domain` or another `path` than `/`, and the prefix is removed without `secure`.
 *
 * @param secure whether the cookies are for HTTPS
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for an invalid name
 * @see https://www.rfc-editor.org/rfc/rfc6265 and draft-ietf-httpbis-rfc6265bis, section 4.1.3 (prefixes)
 */
export function resolveCookies(
  { cookies = {}, cookiePrefix = "authjs" }: Pick<ExpressAuthConfig, "cookies" | "cookiePrefix">,
  secure: boolean,
): CookieSet {
  const define = (cookie: CookieName): CookieDefinition => {
    const custom = cookies[cookie]
    const defaults = { httpOnly: true, sameSite: "lax", path: "/", secure } as const
    const options = { ...defaults, ...toSerializeOptions(custom?.options) }
    const prefix = cookie === "csrfToken" ? "__Host-" : "__Secure-"
    const name = custom?.name ?? `${prefix}${cookiePrefix}.${suffixes[cookie]}`
    checkName(cookie, name)
    return { name: withValidPrefix(name, options), options }
  }
  return {
    sessionToken: define("sessionToken"),
    callbackUrl: define("callbackUrl"),
    csrfToken: define("csrfToken"),
    pkceCodeVerifier: define("pkceCodeVerifier"),
    state: define("state"),
    nonce: define("nonce"),
    webauthnChallenge: define("webauthnChallenge"),
  }
}

function withValidPrefix(name: string, { secure, domain, path }: SerializeOptions): string {
  if (!secure) return name.replace(/^__(?:Host|Secure)-/, "")
  return domain !== undefined || path !== "/" ? name.replace(/^__Host-/, "__Secure-") : name
}

/** A cookie's name must be a token (RFC 6265, section 4.1.1). */
function checkName(cookie: CookieName, name: string): void {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `The cookie ${cookie} would have the name ${JSON.stringify(name)}; expected letters, digits, "-", "_" and "." in ` +
      `\`cookiePrefix\` and \`cookies.${cookie}.name\`.`,
  )
}

type CoreCookieOptions = NonNullable<NonNullable<ExpressAuthConfig["cookies"]>["state"]>["options"]

/** Drops `undefined` options, because spreading `{ domain: undefined }` would override a default. */
function toSerializeOptions(options: CoreCookieOptions): SerializeOptions {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined))
}
