import type { AdapterSession } from "@auth/core/adapters"
import type { JWT } from "@auth/core/jwt"
import type { AuthContext } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import type { SignInRecord } from "./session-claims.js"
import type { ActiveSession } from "./to-session.js"

/** The parts of a request that reading a session needs. */
export type SessionContext = Pick<AuthContext, "req" | "config" | "cookies">

/** The result of reading a request's session cookie. */
export interface SessionReading {
  /** `null` for an anonymous request. */
  readonly session: ActiveSession | null
  /** Cookies for the response: a renewed session, or the removal of an invalid one. */
  readonly setCookies: readonly Cookie[]
  /** The sealed session token, as the browser holds it after `setCookies`. */
  readonly sealed?: string
  /** The token's claims, with the JWT strategy. */
  readonly token?: JWT | undefined
  /** The session's row, with the database strategy. */
  readonly row?: AdapterSession | undefined
  /** Returns the sign-in record, with the database strategy; looked up on the first call. */
  readonly signIn?: (() => SignInRecord | undefined) | undefined
}

/**
 * Returns the reading of an anonymous request.
 *
 * @param setCookies cookies that remove an invalid session
 */
export function anonymous(setCookies: readonly Cookie[] = []): SessionReading {
  return { session: null, setCookies }
}
