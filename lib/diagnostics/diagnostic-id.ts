import { createHmac } from "node:crypto"

/**
 * Returns the id under which messages, spans and logs name a user or session: a keyed hash, so that those who can read
 * traces learn no ids, and cannot guess them either. Use it to find the traces of a user.
 *
 * @param id the user's id, or the session's in `auth.sessions.list()`
 * @param secret the newest secret, i.e. the first of the option `secret`, else `AUTH_SECRET_3`, `_2`, `_1` or
 * `AUTH_SECRET`. With another secret, ids differ.
 * @returns sixteen characters of the URL-safe Base64 alphabet
 * @example
 * diagnosticId(user.id, process.env.AUTH_SECRET)
 */
export function diagnosticId(id: string, secret: string): string {
  return createHmac("sha256", `${secret} diagnostics`).update(id).digest("base64url").slice(0, 16)
}

/** Who and which session a message is about. */
interface Subject {
  readonly userId?: string | undefined
  readonly sessionId?: string | undefined
}

/** Returns the members of a message that name a user and a session. */
export function subjectOf(
  { userId, sessionId }: Subject,
  { baseSecrets: [secret = ""] }: { readonly baseSecrets: readonly string[] },
): { user?: string; session?: string } {
  return {
    ...(userId !== undefined && { user: diagnosticId(userId, secret) }),
    ...(sessionId !== undefined && { session: diagnosticId(sessionId, secret) }),
  }
}
