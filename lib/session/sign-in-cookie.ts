import { createHash } from "node:crypto"
import type { AdapterSession } from "@auth/core/adapters"
import { parseCookie } from "cookie"
import type { Cookie } from "../http/cookies.js"
import { decodeToken, encodeToken } from "./codec/token-codec.js"
import { endWithBrowser, signInCookieName } from "./session-cookie.js"
import type { SessionContext } from "./session-reading.js"

interface SignIn {
  /** The record as serialised by `toSignInText`. */
  readonly text: string
  /** Whether the session outlives the browser. */
  readonly remembered: boolean
}

/**
 * Seals a sign-in record in a companion cookie, for adapters whose rows have no column for it. The cookie is bound to
 * the session token and ignored beside any other.
 */
export function sealSignIn(
  { config, cookies }: SessionContext,
  { sessionToken, expires }: Pick<AdapterSession, "sessionToken" | "expires">,
  { text, remembered }: SignIn,
): Cookie {
  const { options } = cookies.sessionToken
  const name = signInCookieName(cookies.sessionToken)
  const maxAge = Math.max(1, Math.ceil((expires.getTime() - Date.now()) / 1000))
  const value = encodeToken(
    { session: hash(sessionToken), signIn: text },
    { secrets: config.secrets, salt: name, maxAge },
  )
  return endWithBrowser({ name, value, options: { ...options, expires } }, remembered)
}

/**
 * Reads the companion cookie.
 *
 * @returns the serialised record; `undefined` without a cookie that belongs to this session token
 */
export function openSignIn(
  { req, config, cookies }: SessionContext,
  sessionToken: string,
): string | undefined {
  const name = signInCookieName(cookies.sessionToken)
  const sealed = req.headers.cookie?.includes(name) ? parseCookie(req.headers.cookie)[name] : undefined
  const decoded = sealed ? decodeToken(sealed, { secrets: config.secrets, salt: name }) : undefined
  if (decoded?.status !== "valid" || decoded.payload.session !== hash(sessionToken)) return
  const { signIn } = decoded.payload
  return typeof signIn === "string" ? signIn : undefined
}

function hash(sessionToken: string): string {
  return createHash("sha256").update(sessionToken).digest("base64url")
}
