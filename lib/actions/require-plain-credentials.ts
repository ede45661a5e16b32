import { providerSetting, type ResolvedProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import type { Body } from "../http/read-body.js"

/**
 * A field of a sign-in form is text, a number or a yes or no. An object in its place is meant for the database that
 * `authorize` asks: `password[$ne]=`.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_BODY` (400)
 */
export function requirePlainCredentials(provider: ResolvedProvider, body: Body): void {
  const fields = provider.type === "credentials" ? providerSetting(provider, "credentials") : undefined
  const strange = Object.keys(fields ?? {}).find((name) => [body[name]].flat().some(isObject))
  if (strange === undefined) return
  throw new ExpressAuthError("ERR_AUTH_BODY", `The field "${strange}" must be text, not an object.`, {
    status: 400,
  })
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null
}
