import type { Session, User } from "@auth/core/types"

/** The session as `GET /auth/session` sends it: what `callbacks.session` returned, as JSON. */
export interface ClientSession extends Session {
  /** The user. The `id` is missing if `callbacks.session` omits it. */
  user: NonNullable<Session["user"]> & User
}

/** Called with the session, `null` for an anonymous visitor. `previous` is the one before, `undefined` at the first call. */
export type SessionListener = (
  session: ClientSession | null,
  previous: ClientSession | null | undefined,
) => void

/** Returns what makes a difference to the page: all but the expiry, which every request may postpone. */
export function toFingerprint(session: ClientSession | null | undefined): string | undefined {
  return JSON.stringify(session, (key, value) => (key === "expires" ? 0 : value))
}

/** Returns what tells users apart. */
export function identify({ user }: ClientSession): string {
  return user.id ?? user.email ?? JSON.stringify(user)
}
