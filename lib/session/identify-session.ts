import { createHash } from "node:crypto"
import { claimsOf, startedAt } from "./session-claims.js"
import type { SessionReading } from "./session-reading.js"

/** Identifies a session and its user. */
export interface SessionIdentity {
  /** The user's id. */
  readonly userId: string
  /** The session's id, stable from sign-in to sign-out. Safe to show: it is not the token. */
  readonly id: string
  /** When the user signed in; the Unix epoch if unknown. */
  readonly startedAt: Date
}

/**
 * Returns whose session a reading holds.
 *
 * @returns `undefined` for an anonymous request, and for a session without a user id
 */
export function identifySession({
  session,
  token,
  row,
  signIn,
}: SessionReading): SessionIdentity | undefined {
  if (!session) return
  if (row) {
    const startedAt = new Date(signIn?.()?.startedAt ?? 0)
    return { userId: row.userId, id: rowSessionId(row.sessionToken), startedAt }
  }
  if (!token?.sub) return
  const claims = claimsOf(token)
  // Auth.js re-issues tokens on every read, so `iat` does not tell when the user signed in.
  const signedIn = typeof token.auth_time === "number" ? startedAt(claims) : new Date(0)
  return { userId: token.sub, id: claims.sid, startedAt: signedIn }
}

/** Returns the id of a database session: a hash of its token. */
export function rowSessionId(sessionToken: string): string {
  return createHash("sha256").update(sessionToken).digest("base64url").slice(0, 22)
}
