import type { PasswordProblem } from "../password/password-policy.js"

/** Why a password was not changed: what is wrong with the new one, or with what allows the change. */
export type PasswordError = PasswordProblem | "WrongPassword" | "NotFound"

/** The outcome of changing a password. If it failed, nothing has changed. */
export type PasswordResult<Value extends object = object> =
  | ({ readonly ok: true } & Value)
  | { readonly ok: false; readonly error: PasswordError; readonly status: number }

const statuses: Partial<Record<PasswordError, number>> = { WrongPassword: 403, NotFound: 404 }

/** Creates the outcome of a change that was refused. */
export function notChanged(error: PasswordError): Extract<PasswordResult, { ok: false }> {
  return { ok: false, error, status: statuses[error] ?? 400 }
}
