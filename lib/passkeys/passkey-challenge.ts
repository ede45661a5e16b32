import { createHash } from "node:crypto"
import type { CookieDefinition } from "../config/resolve-cookies.js"
import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, cookiesOf, expireCookie, hashedCookies } from "../http/cookies.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import type { PasskeyUser } from "./passkey-call.js"

/** A challenge that was sent to a page, as kept in its sealed cookie. */
export interface Challenge {
  /** The passkey provider's id. */
  readonly provider: string
  /** The challenge, base64url-encoded. */
  readonly challenge: string
  /** The user who registers a passkey; absent on sign-in. */
  readonly user?: PasskeyUser
}

/** Seconds for which a challenge is valid, as in core. */
export const challengeMaxAge = 15 * 60
const maxChallenges = 4

/** The salt with which core encrypts its cookie's content a second time. */
const coreSalt = "encodedWebauthnChallenge"

/**
 * Keeps a challenge in a cookie of its own, named after it. Core keeps one for all tabs, so a sign-in page that offers
 * passkeys in one tab would break another.
 *
 * @param result core's response, with its challenge cookie
 * @returns the cookie, and the removal of the oldest if there are more than four; none if core set no challenge
 */
export function startChallenge(
  context: AuthContext,
  provider: string,
  result: { readonly cookies: readonly Cookie[] },
): Cookie[] {
  const { cookies, config } = context
  const { name: coreName } = cookies.webauthnChallenge
  const set = result.cookies.find(({ name }) => name === coreName)?.value ?? ""
  const { challenge, registerData: user } = openAsCore(set, coreName, config)
  if (typeof challenge !== "string") return []
  const name = nameOf(context, challenge)
  const content = { provider, challenge, user }
  const value = encodeToken(content, { secrets: config.secrets, salt: name, maxAge: challengeMaxAge })
  const options = { ...optionsOf(context), maxAge: challengeMaxAge }
  return [{ name, value, options }, ...dropOldest(context, name)]
}

/**
 * Finds the challenge that a passkey signed among those of this browser.
 *
 * @returns `undefined` if it is not one of them or has expired
 */
export function resumeChallenge(
  context: AuthContext,
  provider: string,
  challenge: string,
): { known: Challenge; clear: Cookie } | undefined {
  const name = nameOf(context, challenge)
  const sealed = cookiesOf(context.req)[name]
  if (!sealed) return
  const known = open(sealed, name, context.config) as Partial<Challenge>
  if (known.challenge !== challenge || known.provider !== provider) return
  return { known: known as Challenge, clear: expireCookie(name, optionsOf(context)) }
}

/** Returns the cookie in which core expects the challenge. */
export function toCoreChallenge(
  { cookies, config: { baseSecrets: secrets } }: AuthContext,
  { provider, challenge, user }: Challenge,
): Record<string, string> {
  const { name } = cookies.webauthnChallenge
  const value = encodeToken({ challenge, registerData: user }, { secrets, salt: coreSalt, maxAge: 60 })
  return { [name]: encodeToken({ value, provider }, { secrets, salt: name, maxAge: 60 }) }
}

function openAsCore(
  sealed: string,
  name: string,
  { baseSecrets: secrets }: AuthContext["config"],
): Record<string, unknown> {
  return open(String(open(sealed, name, { secrets }).value), coreSalt, { secrets })
}

type Keys = Pick<AuthContext["config"], "secrets">

function open(sealed: string, salt: string, { secrets }: Keys): Record<string, unknown> {
  const decoded = decodeToken(sealed, { secrets, salt })
  return decoded.status === "valid" ? decoded.payload : {}
}

function nameOf({ cookies }: AuthContext, challenge: string): string {
  const hash = createHash("sha256").update(challenge).digest("base64url").slice(0, 16)
  return `${cookies.webauthnChallenge.name}.${hash}`
}

function optionsOf({ cookies, basePath }: AuthContext): CookieDefinition["options"] {
  const { name, options } = cookies.webauthnChallenge
  return { ...options, path: name.startsWith("__Host-") ? "/" : basePath }
}

/** Browsers send older cookies first, which orders those of the same second. */
function dropOldest(context: AuthContext, added: string): Cookie[] {
  const { req, cookies, config } = context
  return hashedCookies(req, cookies.webauthnChallenge.name)
    .filter(([name]) => name !== added)
    .map(([name, sealed]) => ({ name, since: Number(open(sealed, name, config).iat ?? 0) }))
    .reverse()
    .sort((a, b) => b.since - a.since)
    .filter(({ since }, index) => since === 0 || index >= maxChallenges - 1)
    .map(({ name }) => expireCookie(name, optionsOf(context)))
}
