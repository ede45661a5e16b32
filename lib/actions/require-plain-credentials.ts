import type { ResolvedProvider } from "../config/resolve-providers.js"
import { externalOf } from "../core/external-provider.js"
import { ExpressAuthError } from "../errors.js"
import type { Body } from "../http/read-body.js"

/**
 * A field of a sign-in form is text, a number or a yes or no, whether the provider names it in `credentials` or only
 * `authorize` knows of it. An object in its place is meant for the database that `authorize` asks: `password[$ne]=`.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_BODY` (400)
 */
export function requirePlainCredentials(provider: ResolvedProvider, body: Body): void {
  if (provider.type !== "credentials" && !externalOf(provider)?.fields) return
  const strange = Object.keys(body).find((name) => [body[name]].flat().some(isObject))
  if (strange === undefined) return
  throw new ExpressAuthError("ERR_AUTH_BODY", `The field "${strange}" must be text, not an object.`, {
    status: 400,
  })
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null
}
