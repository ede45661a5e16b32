import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import { ExpressAuthError } from "../errors.js"
import { formFields } from "../providers/form-fields.js"

/**
 * Requires that the fields of a sign-in form are strings, numbers or booleans, whether the provider lists them in
 * `credentials` or only `authorize` reads them. An object is an attack on the database query of `authorize`:
 * `password[$ne]=`.
 *
 * A field that the form lists must not be repeated: of an array, `authorize` could read another name than the one whose
 * attempts are counted.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_BODY` (400)
 */
export function requirePlainCredentials({ provider, body }: SignInAttempt): void {
  const fields = formFields(provider)
  if (!fields) return
  const strange = Object.keys(body).find((name) => [body[name]].flat().some(isObject))
  if (strange !== undefined) throw refuse(`The field "${strange}" must be text, not an object.`)
  const repeated = Object.keys(fields).find((name) => Array.isArray(body[name]))
  if (repeated !== undefined) throw refuse(`The field "${repeated}" must come once.`)
}

function refuse(message: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_BODY", message, { status: 400 })
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null
}
