import { createHash } from "node:crypto"
import type { AdapterSession } from "@auth/core/adapters"
import { LRUCache } from "lru-cache"
import { perSource } from "../config/process-memory.js"
import type { Cookie } from "../http/cookies.js"
import { readChunkedCookie } from "./chunked-cookie.js"
import { decodeToken, encodeToken } from "./codec/token-codec.js"
import { endWithBrowser, signInCookieName } from "./session-cookie.js"
import type { SessionContext } from "./session-reading.js"

interface SignIn {
  /** The record as serialised by `toSignInText`. */
  readonly text: string
  /** Whether the session outlives the browser. */
  readonly remembered: boolean
}

/** A companion cookie that was decrypted before, and what it was decrypted for. */
interface OpenedCookie {
  readonly name: string
  readonly secrets: readonly string[]
  readonly sessionToken: string
  readonly text: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** Every request reads the companion cookie, and decrypting it takes as long as the rest of the session check. */
const openedCookies = perSource(() => new LRUCache<string, OpenedCookie>({ max: 4000 }))

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
  const sealed = readChunkedCookie(req.headers.cookie, name)?.value
  if (!sealed) return
  const { secrets, session } = config
  const cache = session.cache === false ? undefined : openedCookies(config)
  const opened = cache?.get(sealed)
  if (opened && isFor(opened, { name, secrets, sessionToken })) return opened.text
  const found = decrypt(sealed, { name, secrets, sessionToken })
  if (found) cache?.set(sealed, found)
  return found?.text
}

type Purpose = Pick<OpenedCookie, "name" | "secrets" | "sessionToken">

function isFor(opened: OpenedCookie, { name, secrets, sessionToken }: Purpose): boolean {
  return (
    opened.sessionToken === sessionToken &&
    opened.name === name &&
    opened.secrets === secrets &&
    opened.expires > Date.now()
  )
}

function decrypt(sealed: string, purpose: Purpose): OpenedCookie | undefined {
  const decoded = decodeToken(sealed, { secrets: purpose.secrets, salt: purpose.name })
  if (decoded.status !== "valid" || decoded.payload.session !== hash(purpose.sessionToken)) return
  const { signIn: text, exp = 0 } = decoded.payload
  return typeof text === "string" ? { ...purpose, text, expires: exp * 1000 } : undefined
}

function hash(sessionToken: string): string {
  return createHash("sha256").update(sessionToken).digest("base64url")
}
