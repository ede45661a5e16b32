import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import { ExpressAuthError } from "../errors.js"

/**
 * Requires that the fields of a sign-in form are strings, numbers or booleans, whether the provider lists them in
 * `credentials` or only `authorize` reads them. An object such as `password[$ne]=` is an attack on the database query
 * in `authorize`.
 *
 * A listed field must not be repeated: `authorize` might read another name than the one whose attempts are counted.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_BODY` (400)
 */
export function requirePlainCredentials({ fields, body }: SignInAttempt): void {
  if (!fields) return
  const strange = Object.keys(body).find((name) => [body[name]].flat().some(isObject))
  if (strange !== undefined) throw refuse(`The field "${strange}" is an object; expected text.`)
  const repeated = Object.keys(fields).find((name) => Array.isArray(body[name]))
  if (repeated !== undefined) throw refuse(`The field "${repeated}" is repeated; expected one value.`)
}

function refuse(message: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_BODY", message, { status: 400 })
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null
}
