import type { SerializeOptions } from "cookie"
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
 * @see https://www.rfc-editor.org/rfc/rfc6265 and draft-ietf-httpbis-rfc6265bis, section 4.1.3 (prefixes)
 */
export function resolveCookies(
  { cookies = {}, cookiePrefix = "authjs" }: Pick<ExpressAuthConfig, "cookies" | "cookiePrefix">,
  secure: boolean,
): CookieSet {
  const define = (cookie: CookieName): CookieDefinition => {
    const prefix = secure ? (cookie === "csrfToken" ? "__Host-" : "__Secure-") : ""
    const custom = cookies[cookie]
    return {
      name: custom?.name ?? `${prefix}${cookiePrefix}.${suffixes[cookie]}`,
      options: { httpOnly: true, sameSite: "lax", path: "/", secure, ...toSerializeOptions(custom?.options) },
    }
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

type CoreCookieOptions = NonNullable<NonNullable<ExpressAuthConfig["cookies"]>["state"]>["options"]

/** Drops the options that are `undefined`: a spread of `{ domain: undefined }` must not count as set. */
function toSerializeOptions(options: CoreCookieOptions): SerializeOptions {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined))
}
