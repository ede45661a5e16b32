import { createHash } from "node:crypto"
import type { AdapterSession } from "@auth/core/adapters"
import { parseCookie } from "cookie"
import type { Cookie } from "../http/cookies.js"
import { decodeToken, encodeToken } from "./codec/token-codec.js"
import { endWithBrowser, signInCookieName } from "./session-cookie.js"
import type { SessionContext } from "./session-reading.js"

interface SignIn {
  /** As `toSignInText` writes it. */
  readonly text: string
  readonly remembered: boolean
}

/**
 * Seals what is known of a sign-in in a cookie beside the session's, for adapters whose rows have no place for it. It is
 * bound to the session's token: beside another it says nothing.
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

/** @returns the text, where the request has the cookie and it belongs to this session */
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
