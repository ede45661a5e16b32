import type { AdapterSession } from "@auth/core/adapters"
import type { JWT } from "@auth/core/jwt"
import type { AuthContext } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import type { SignInRecord } from "./session-claims.js"
import type { ActiveSession } from "./to-session.js"

/** What reading a session needs to know of a request. */
export type SessionContext = Pick<AuthContext, "req" | "config" | "cookies">

/** What a request's session cookie turned out to be. */
export interface SessionReading {
  readonly session: ActiveSession | null
  /** Cookies the answer has to carry: a renewed session, or the end of a broken one. */
  readonly setCookies: readonly Cookie[]
  /** The cookie's value, as the browser has it once it gets `setCookies`. */
  readonly sealed?: string
  /** Its content under the JWT strategy. */
  readonly token?: JWT
  /** Its row under the database strategy. */
  readonly row?: AdapterSession
  /** What is known of the sign-in under the database strategy; looked up when it is asked for. */
  readonly signIn?: () => SignInRecord | undefined
}

export function anonymous(setCookies: readonly Cookie[] = []): SessionReading {
  return { session: null, setCookies }
}
