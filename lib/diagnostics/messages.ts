/** What messages tell of a user: the same for all messages, and of no use without the secret. */
interface Subject {
  /** Identifies the user, see `diagnosticId()`. Absent if the user is unknown. */
  readonly user?: string | undefined
  /** Identifies the session, likewise. Absent if the session is unknown. */
  readonly session?: string | undefined
}

/** What every message of a step has when the step has finished. */
interface Finished {
  /** Milliseconds from start to end. Absent at the start. */
  readonly duration: number
}

/** A provider, as the configuration names it. */
interface AtProvider {
  /** The provider's id. */
  readonly provider: string
  /** The provider's type: `"oidc"`, `"oauth"`, `"email"`, `"credentials"` or `"webauthn"`. */
  readonly type: string
}

/** A sign-in that leaves for a provider or waits for a mail. Fetches what the provider publishes, and sends the mail. */
export interface SignInStartMessage extends AtProvider, Finished {
  /** `"refused"` with a status below 500, else `"failed"`. Absent at the start. */
  readonly outcome: "started" | "refused" | "failed"
  /** Why it was refused or failed, as in {@link RefusedMessage}. */
  readonly reason?: string | undefined
  /** Whether an account is to be linked to the signed-in user. */
  readonly linking: boolean
}

/** The last part of a sign-in: the provider's response, a password, a passkey, a mailed link or its code is checked. */
export interface SignInMessage extends AtProvider, Finished, Subject {
  /**
   * `"refused"` with a status below 500, else `"failed"`. `"continued"` if a Passport strategy needs a further step.
   * Absent at the start.
   */
  readonly outcome: "signed-in" | "linked" | "refused" | "failed" | "cancelled" | "continued"
  /** Why it was refused or failed, as in {@link RefusedMessage}. */
  readonly reason?: string | undefined
  /** Whether an account is linked to the signed-in user. */
  readonly linking: boolean
}

/** The session of a request with a session cookie is read. */
export interface SessionReadMessage extends Finished, Subject {
  /** Where sessions are stored. */
  readonly strategy: "jwt" | "database"
  /** `"ended"` removes the cookie, `"anonymous"` keeps it. `"failed"` answers 503. Absent at the start. */
  readonly outcome: "active" | "anonymous" | "ended" | "failed"
  /** The error's code, if it failed. */
  readonly reason?: string | undefined
  /** Whether the session was renewed. */
  readonly renewed?: boolean | undefined
}

/** A refresh token is exchanged at its provider. Requests that wait for the exchange of another send no message. */
export interface TokenRefreshMessage extends AtProvider, Finished {
  /** `"refused"` if the provider does not accept the refresh token. Absent at the start. */
  readonly outcome: "refreshed" | "refused" | "failed"
  /** The error's code. */
  readonly reason?: string | undefined
}

/** A sign-in mail, or a notice, whose provider is `"notices"`, is handed to the mail server. */
export interface MailMessage extends AtProvider, Finished {
  /** `"limited"` if the address has had too many, so that none was sent. Absent at the start. */
  readonly outcome: "sent" | "limited" | "failed"
  /** The error's code or name. */
  readonly reason?: string | undefined
}

/** Missing tables, columns and indexes of `database()` are created. */
export interface MigrationMessage extends Finished {
  /** `"unchanged"` if nothing was missing. Absent at the start. */
  readonly outcome: "migrated" | "unchanged" | "failed"
  /** How many statements ran. */
  readonly statements?: number | undefined
  /** The error's code or name. */
  readonly reason?: string | undefined
}

/** A user has signed in. */
export interface SignedInMessage extends Subject {
  /** The provider's id; `"passport"` for a user that `req.login()` signed in. */
  readonly provider: string
  /** Whether the user was created. */
  readonly newUser: boolean
}

/** A session in use has been prolonged, or its data has changed. */
export interface SessionRenewedMessage extends Subject {
  /** `"use"` for a request that found it old enough, `"update"` for `updateSession()`. */
  readonly cause: "use" | "update"
  /** Where sessions are stored. */
  readonly strategy: "jwt" | "database"
}

/** A request's cookie does not hold a session, or one that has ended. The request is anonymous. */
export interface SessionRefusedMessage extends Subject {
  /**
   * `"revoked"`, `"expired"`, or `"callback"` if `callbacks.jwt` ended the session. `"unknown"`: no row has this token,
   * or none of the keys fits. `"invalid"`: the token is damaged or forged.
   */
  readonly reason: "revoked" | "expired" | "callback" | "unknown" | "invalid"
  /** Where sessions are stored. */
  readonly strategy: "jwt" | "database"
}

/** One or all sessions of a user have ended before they expired. */
export interface SessionEndedMessage extends Subject {
  /** What ended them: the user, here or everywhere; `auth.sessions.revoke()` or `revokeUser()`; the provider. */
  readonly cause: "sign-out" | "sign-out-everywhere" | "revoked" | "user-revoked" | "provider"
  /** The provider's id, if the provider ended them. */
  readonly provider?: string | undefined
}

/** A limit has been reached. */
export interface LimitReachedMessage {
  /** The option in `limits` that sets it. */
  readonly limit: string
  /** Seconds until the next attempt is allowed. */
  readonly retryAfter: number
}

/** A request was refused or failed. Also published for what no step covers, such as a missing CSRF token. */
export interface RefusedMessage {
  /** The route, such as `"callback"`; `"app"` for one of the app's own. */
  readonly action: string
  /** The provider's id, if there is one. */
  readonly provider?: string | undefined
  /** The type of the failure, such as `"CredentialsSignin"` or `"Expired"`. */
  readonly reason: string
  /** Details, such as the `code` of a `CredentialsSignin` or of one of our errors. */
  readonly code?: string | undefined
  /** The HTTP status of the failure. The response may be a redirect to a page that explains it. */
  readonly status: number
  /** The id of the error in the log. Absent for what is not logged as an error, such as a wrong password. */
  readonly errorId?: string | undefined
}

/** What takes time. Each name is that of a tracing channel, after `express-authjs:`. */
export interface DiagnosticSteps {
  /** A sign-in leaves for a provider, or waits for a mail. */
  "sign-in-start": SignInStartMessage
  /** A sign-in finishes. */
  "sign-in": SignInMessage
  /** A request's session is read. */
  "session-read": SessionReadMessage
  /** A refresh token is exchanged. */
  "token-refresh": TokenRefreshMessage
  /** A mail is sent. */
  mail: MailMessage
  /** Tables are created. */
  migration: MigrationMessage
}

/** What happens at one moment. Each name is that of a channel, after `express-authjs:`. */
export interface DiagnosticFacts {
  /** A user has signed in. */
  "signed-in": SignedInMessage
  /** A session has been renewed. */
  "session-renewed": SessionRenewedMessage
  /** A session has been refused, such as a revoked one. */
  "session-refused": SessionRefusedMessage
  /** Sessions have ended. */
  "session-ended": SessionEndedMessage
  /** A limit has been reached. */
  "limit-reached": LimitReachedMessage
  /** A request was refused, or failed. */
  refused: RefusedMessage
}

/** Every message, by the name of its channel after `express-authjs:`. */
export interface DiagnosticMessages extends DiagnosticSteps, DiagnosticFacts {}
