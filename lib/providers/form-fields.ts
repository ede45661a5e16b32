import type { ResolvedProvider } from "../config/resolve-providers.js"
import { strategyOf } from "./strategy-provider.js"

type Fields = Readonly<Record<string, object>>

/**
 * Returns the fields that people fill in on a sign-in form, to sign in with credentials or at an external provider such as a
 * directory.
 *
 * @returns `undefined` for providers without such a form
 */
export function formFields(provider: ResolvedProvider): Fields | undefined {
  if (provider.type === "credentials") return provider.credentials ?? {}
  return strategyOf(provider)?.fields
}
