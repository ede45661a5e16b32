import type { ResolvedProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import type { Body } from "../http/read-body.js"
import { formFields } from "../providers/form-fields.js"

/**
 * A field of a sign-in form is text, a number or a yes or no, whether the provider names it in `credentials` or only
 * `authorize` knows of it. An object in its place is meant for the database that `authorize` asks: `password[$ne]=`.
 *
 * A field that the form describes comes once. Of a list, `authorize` might take another name than the one whose tries are
 * counted.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_BODY` (400)
 */
export function requirePlainCredentials(provider: ResolvedProvider, body: Body): void {
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
