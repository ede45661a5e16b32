/** Why a change of an account was refused. */
export type AccountError =
  | "SessionRequired"
  | "FreshSignInRequired"
  | "UnprovenSignIn"
  | "CrossSite"
  | "NotFound"
  | "InvalidName"
  | "InvalidImage"
  | "InvalidEmail"
  | "SameEmail"
  | "EmailTaken"
  | "LastSignInMethod"
  | "RateLimited"
  | "Refused"
  | "MailNotSent"

/** A refused request. Nothing has changed. */
export interface AccountFailure {
  /** Always `false`. */
  readonly ok: false
  /** The reason. */
  readonly error: AccountError
  /** The HTTP status that fits. */
  readonly status: number
  /** The reason in the app's own words, if `callbacks.deleteAccount` returned one. */
  readonly message?: string
}

/** What the functions of `auth.account` return: `ok: true` with the result, or the reason of the refusal. */
export type AccountResult<Value extends object = object> = (AccountSuccess & Value) | AccountFailure

/** A request that was done. */
export interface AccountSuccess {
  /** Always `true`. */
  readonly ok: true
}

const statuses: Readonly<Record<AccountError, number>> = {
  SessionRequired: 401,
  FreshSignInRequired: 401,
  UnprovenSignIn: 401,
  CrossSite: 403,
  NotFound: 404,
  InvalidName: 400,
  InvalidImage: 400,
  InvalidEmail: 400,
  SameEmail: 400,
  EmailTaken: 409,
  LastSignInMethod: 409,
  RateLimited: 429,
  Refused: 403,
  MailNotSent: 503,
}

/** Creates the result of a refused request. */
export function refused(error: AccountError, message?: string): AccountFailure {
  return { ok: false, error, status: statuses[error], ...(message && { message }) }
}
