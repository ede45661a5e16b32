import { createHash } from "node:crypto"
import { type Cookie, cookiesOf } from "../http/cookies.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import { companionName } from "../session/session-cookie.js"
import type { SessionContext } from "../session/session-reading.js"

/** Seconds for which a browser is remembered: 400 days, the longest that browsers keep a cookie. */
const maxAge = 400 * 24 * 60 * 60
/** Users who are remembered in one browser. */
const maxUsers = 5

/**
 * Remembers in a cookie that a user has signed in with this browser. The cookie is sealed and contains hashes of user
 * ids. It proves nothing: it only saves a notice.
 *
 * @returns the cookie, and whether the user had signed in with this browser before
 */
export function rememberBrowser(
  { req, config, cookies }: SessionContext,
  userId: string,
): { readonly cookie: Cookie; readonly isKnown: boolean } {
  const { options } = cookies.sessionToken
  const name = companionName(cookies.sessionToken, "known-browser")
  const purpose = { secrets: config.secrets, salt: name }
  const users = readUsers(cookiesOf(req)[name], purpose)
  const user = createHash("sha256").update(userId).digest("base64url").slice(0, 22)
  const latest = [user, ...users.filter((other) => other !== user)].slice(0, maxUsers)
  const value = encodeToken({ users: latest }, { ...purpose, maxAge })
  return { cookie: { name, value, options: { ...options, maxAge } }, isKnown: users.includes(user) }
}

function readUsers(
  sealed: string | undefined,
  purpose: Parameters<typeof decodeToken>[1],
): readonly unknown[] {
  const decoded = sealed ? decodeToken(sealed, purpose) : undefined
  const users: unknown = decoded?.status === "valid" ? decoded.payload.users : undefined
  return Array.isArray(users) ? users : []
}
