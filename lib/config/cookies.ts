import type { SerializeOptions } from "cookie"
import { ConfigError } from "../errors.js"
import type { ExpressAuthConfig } from "./options.js"

export interface CookieDefinition {
  readonly name: string
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

/** Name and attributes of each cookie, for plain HTTP or for HTTPS. */
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
 * The cookies of Auth.js under their usual names, with the user's `cookies` merged in.
 *
 * A name never promises what the attributes do not keep, since browsers refuse such a cookie: `__Host-` becomes
 * `__Secure-` where there is a `domain` or a `path`, and without `secure` there is no prefix.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
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
    return { name: toKeptName(name, options), options }
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

function toKeptName(name: string, { secure, domain, path }: SerializeOptions): string {
  if (!secure) return name.replace(/^__(?:Host|Secure)-/, "")
  return domain !== undefined || path !== "/" ? name.replace(/^__Host-/, "__Secure-") : name
}

/** RFC 6265, section 4.1.1: a cookie's name is a token. */
function checkName(cookie: CookieName, name: string): void {
  if (/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `The cookie ${cookie} would be named ${JSON.stringify(name)}; \`cookiePrefix\` and \`cookies.${cookie}.name\` take ` +
      'letters, digits, "-", "_" and ".".',
  )
}

type CoreCookieOptions = NonNullable<NonNullable<ExpressAuthConfig["cookies"]>["state"]>["options"]

/** Drops the options that are `undefined`: a spread of `{ domain: undefined }` must not count as set. */
function toSerializeOptions(options: CoreCookieOptions): SerializeOptions {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined))
}
