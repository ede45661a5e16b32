import { createHash } from "node:crypto"
import { begunAt, claimsOf } from "./session-claims.js"
import type { SessionReading } from "./session-reading.js"

/** Whose session it is, which one, and how old. */
export interface SessionIdentity {
  readonly userId: string
  /** The same from sign-in to sign-out; no token. */
  readonly id: string
  /** When the person signed in; 1970 where nobody knows. */
  readonly begunAt: Date
}

/** @returns `undefined` for nobody, and for a session that does not say whose it is */
export function identifySession({
  session,
  token,
  row,
  signIn,
}: SessionReading): SessionIdentity | undefined {
  if (!session) return
  if (row) {
    const began = signIn?.()?.begunAt ?? new Date(0)
    return { userId: row.userId, id: hash(row.sessionToken), begunAt: began }
  }
  if (!token?.sub) return
  const claims = claimsOf(token)
  // Without us a token is issued again at every reading, so its `iat` says nothing of the sign-in.
  const began = typeof token.auth_time === "number" ? begunAt(claims) : new Date(0)
  return { userId: token.sub, id: claims.sid, begunAt: began }
}

function hash(sessionToken: string): string {
  return createHash("sha256").update(sessionToken).digest("base64url").slice(0, 22)
}
