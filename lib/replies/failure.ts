import { AuthError, CredentialsSignin, OAuthAccountNotLinked } from "@auth/core/errors"
import { causeOf } from "../config/logger.js"
import { type ErrorCode, ExpressAuthError } from "../errors.js"
import { type PasskeyReason, passkeyReasonOf } from "../passkeys/passkey-error.js"
import { StrategyRefusal } from "../providers/strategy-provider.js"

/** How a failed sign-in is reported: a page, a known code and a status; never the error's own message. */
export interface Failure {
  /** The page that explains it. */
  readonly page: "signin" | "error"
  /** An error type of Auth.js, which the app's own pages may already handle. */
  readonly error: string
  /** Details, e.g. the `code` of a `CredentialsSignin`. */
  readonly code?: string | undefined
  /** The HTTP status. */
  readonly status: number
  /** Whether it is logged as an error. */
  readonly unexpected: boolean
}

/** Core's errors that the visitor can act on, with their statuses; all others are reported as "Configuration". */
const signInErrors: Record<string, number> = {
  OAuthAccountNotLinked: 409,
  AccountNotLinked: 409,
  OAuthCallbackError: 400,
  WebAuthnVerificationError: 400,
}

/** Error codes for a sign-in that the user cancelled (RFC 6749, section 4.1.2.1, and LinkedIn's own). */
const cancellations = new Set(["access_denied", "user_cancelled_login", "user_cancelled_authorize"])

/** Classifies an error of a sign-in or sign-out. */
export function toFailure(error: unknown): Failure {
  if (error instanceof ExpressAuthError) return toOwnFailure(error)
  if (error instanceof StrategyRefusal) return expected(refusals[error.reason])
  const reason = passkeyReasonOf(error)
  if (reason) return toPasskeyFailure(reason)
  if (error instanceof CredentialsSignin)
    return expected({ page: "signin", error: "CredentialsSignin", code: error.code, status: 401 })
  if (error instanceof AuthError) return toCoreFailure(error)
  return { page: "error", error: "Configuration", status: 500, unexpected: true }
}

const refusals: Readonly<Record<StrategyRefusal["reason"], Omit<Failure, "unexpected">>> = {
  CredentialsSignin: { page: "signin", error: "CredentialsSignin", code: "credentials", status: 401 },
  AccessDenied: { page: "signin", error: "AccessDenied", status: 403 },
  Cancelled: { page: "signin", error: "OAuthCallbackError", code: "access_denied", status: 400 },
}

/** Only a copied passkey and a wrong origin concern the app's operators. */
function toPasskeyFailure(code: PasskeyReason): Failure {
  const unexpected = code === "counter" || code === "origin" || code === "rp_id"
  return { page: "signin", error: "WebAuthnVerificationError", code, status: 400, unexpected }
}

function toCoreFailure(error: AuthError): Failure {
  const inner = causeOf(error)
  const signInStatus = signInErrors[error.type]
  if (signInStatus !== undefined) return toSignInFailure(error, signInStatus)
  if (error.type === "EmailSignInError") return toEmailFailure(inner)
  if (error.type === "AccessDenied")
    return { page: "error", error: "AccessDenied", status: 403, unexpected: inner !== undefined }
  if (error.type === "Verification") return expected({ page: "error", error: "Verification", status: 400 })
  if (error.type === "InvalidCheck") return expected({ page: "error", error: "Expired", status: 400 })
  if (error.type === "AdapterError") return toAdapterFailure(inner)
  if (isSpentCode(inner)) return expected({ page: "error", error: "Expired", status: 400 })
  if (error.type === "CallbackRouteError" && inner) return toCallbackFailure(inner)
  return { page: "error", error: "Configuration", status: 500, unexpected: true }
}

/** Sealing a session refuses a flow that has become invalid; everything else is a fault of a callback. */
function toCallbackFailure(inner: Error): Failure {
  if (inner instanceof ExpressAuthError && inner.code === "ERR_AUTH_FLOW") return toOwnFailure(inner)
  return { ...toFailure(inner), unexpected: true }
}

/** Our own wrappers refuse through the adapter, too; anything else means that the database failed. */
function toAdapterFailure(inner: Error | undefined): Failure {
  if (inner instanceof OAuthAccountNotLinked) return toCoreFailure(inner)
  if (inner instanceof ExpressAuthError && inner.status < 500) return toOwnFailure(inner)
  return { page: "error", error: "Unavailable", status: 503, unexpected: true }
}

function toSignInFailure(error: AuthError, status: number): Failure {
  const said = error.cause?.error
  const code = typeof said === "string" && cancellations.has(said) ? "access_denied" : undefined
  const isEveryday = code !== undefined || status === 409
  return { page: "signin", error: error.type, status, code, unexpected: !isEveryday }
}

/** Whether the address was refused or the mail could not be sent, Auth.js has one error type for both. */
function toEmailFailure(reason: Error | undefined): Failure {
  const failure = { page: "signin", error: "EmailSignin" } as const
  return reason ? { ...failure, status: 503, unexpected: true } : expected({ ...failure, status: 400 })
}

/** Error codes for a used or expired code (RFC 6749, section 5.2, and GitHub's own). */
const spentCodes: readonly unknown[] = ["invalid_grant", "bad_verification_code"]

/** Whether the provider refused the code because it was used before or has expired. */
function isSpentCode(error: Error | undefined): boolean {
  return error !== undefined && "error" in error && spentCodes.includes(error.error)
}

/** Our errors that have their own type on the page. */
const ownErrors: Partial<Record<ErrorCode, Pick<Failure, "error"> & Partial<Failure>>> = {
  ERR_AUTH_PROVIDER_UNAVAILABLE: { error: "ProviderUnavailable" },
  ERR_AUTH_PROVIDER_CLIENT: { error: "Configuration" },
  ERR_AUTH_PROVIDER_CLOCK: { error: "ClockSkew" },
  ERR_AUTH_RATE_LIMIT: { page: "signin", error: "RateLimited" },
  ERR_AUTH_UNAUTHENTICATED: { page: "signin", error: "SessionRequired" },
  ERR_AUTH_REAUTHENTICATE: { page: "signin", error: "SessionRequired", code: "reauthenticate" },
  ERR_AUTH_UNPROVEN: { page: "signin", error: "SessionRequired", code: "unproven" },
  ERR_AUTH_LINK: { error: "LinkRefused" },
  ERR_AUTH_LINKED_ELSEWHERE: { error: "OAuthAccountNotLinked" },
  ERR_AUTH_LAST_METHOD: { error: "LastSignInMethod" },
  ERR_AUTH_DEVELOPMENT: { error: "DevelopmentOnly" },
}

function toOwnFailure(error: ExpressAuthError): Failure {
  if (error.code === "ERR_AUTH_CSRF") return expected({ page: "error", error: "MissingCSRF", status: 403 })
  if (error.code === "ERR_AUTH_FLOW") return expected({ page: "error", error: "Expired", status: 400 })
  const { status } = error
  const isMisuse = error.code === "ERR_AUTH_LINK" && status === 400
  const known = isMisuse ? undefined : ownErrors[error.code]
  if (known) return { page: "error", ...known, status, unexpected: status >= 500 }
  if (status === 503) return { page: "error", error: "Unavailable", status, unexpected: true }
  return {
    page: "error",
    error: status < 500 ? "BadRequest" : "Configuration",
    status,
    unexpected: status >= 500,
  }
}

function expected(failure: Omit<Failure, "unexpected">): Failure {
  return { ...failure, unexpected: false }
}
