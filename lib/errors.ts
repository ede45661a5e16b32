/**
 * The codes of the errors that this package throws. docs/reference/errors.md describes each. Core's errors have none.
 */
export type ErrorCode =
  | "ERR_AUTH_UNKNOWN_OPTION"
  | "ERR_AUTH_INVALID_OPTION"
  | "ERR_AUTH_MISSING_SECRET"
  | "ERR_AUTH_WEAK_SECRET"
  | "ERR_AUTH_UNTRUSTED_HOST"
  | "ERR_AUTH_PROVIDER"
  | "ERR_AUTH_MISSING_ADAPTER"
  | "ERR_AUTH_ADAPTER_METHOD"
  | "ERR_AUTH_MOUNT"
  | "ERR_AUTH_HOST_HEADER"
  | "ERR_AUTH_BODY"
  | "ERR_AUTH_CSRF"
  | "ERR_AUTH_METHOD"
  | "ERR_AUTH_UNKNOWN_PROVIDER"
  | "ERR_AUTH_PROVIDER_UNAVAILABLE"
  | "ERR_AUTH_PROVIDER_CLIENT"
  | "ERR_AUTH_PROVIDER_CLOCK"
  | "ERR_AUTH_FLOW"
  | "ERR_AUTH_LINK"
  | "ERR_AUTH_LINKED_ELSEWHERE"
  | "ERR_AUTH_UNLINK"
  | "ERR_AUTH_LAST_METHOD"
  | "ERR_AUTH_REAUTHENTICATE"
  | "ERR_AUTH_UNPROVEN"
  | "ERR_AUTH_REFRESH"
  | "ERR_AUTH_REFRESH_DENIED"
  | "ERR_AUTH_LOCK"
  | "ERR_AUTH_AUTHORIZE_ID"
  | "ERR_AUTH_PASSKEY"
  | "ERR_AUTH_PASSWORD"
  | "ERR_AUTH_ACCOUNT"
  | "ERR_AUTH_UNAUTHENTICATED"
  | "ERR_AUTH_FORBIDDEN"
  | "ERR_AUTH_SESSION"
  | "ERR_AUTH_LOGIN"
  | "ERR_AUTH_SIGN_OUT"
  | "ERR_AUTH_LOGOUT_TOKEN"
  | "ERR_AUTH_RATE_LIMIT"
  | "ERR_AUTH_HEADERS_SENT"
  | "ERR_AUTH_VIEW"
  | "ERR_AUTH_AUDIT"
  | "ERR_AUTH_TESTING"
  | "ERR_AUTH_DEVELOPMENT"

interface ExpressAuthErrorOptions {
  /** The HTTP status for the response. @default 500 */
  status?: number
  /** The error that caused this one. */
  cause?: unknown
}

/**
 * An error of `express-authjs`: thrown on misuse when the app starts, passed to `next(err)` at run time. Errors of
 * `@auth/core` are passed on unchanged.
 *
 * @see {@link https://github.com/express-authjs/express-authjs/blob/main/docs/reference/errors.md Errors}
 * @example
 * app.use((err, req, res, next) => {
 *   if (err.code === "ERR_AUTH_SESSION") return res.status(503).send("Please try again in a minute.")
 *   next(err)
 * })
 */
export class ExpressAuthError extends Error {
  /** The name of the class. */
  override readonly name: string = "ExpressAuthError"
  /** Identifies the kind of error; stable across releases, unlike the message. */
  readonly code: ErrorCode
  /** The HTTP status for the response, which Express's error handlers use. */
  readonly status: number

  constructor(code: ErrorCode, message: string, { status = 500, cause }: ExpressAuthErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = status
  }
}

/** The configuration is invalid. Thrown by `ExpressAuth(config)`; the message names the fix. */
export class ConfigError extends ExpressAuthError {
  override readonly name = "ConfigError"
}

/** `ERR_AUTH_RATE_LIMIT` (429): too many failed sign-ins or mails. */
export class RateLimitError extends ExpressAuthError {
  override readonly name = "RateLimitError"
  /** Seconds until another attempt is allowed, for the `Retry-After` header. */
  readonly retryAfter: number

  constructor(message: string, retryAfter: number) {
    super("ERR_AUTH_RATE_LIMIT", message, { status: 429 })
    this.retryAfter = retryAfter
  }
}

export {
  AccessDenied,
  AdapterError,
  AuthError,
  CallbackRouteError,
  CredentialsSignin,
  OAuthAccountNotLinked,
  OAuthCallbackError,
  Verification,
} from "@auth/core/errors"
