import type { ResolvedProvider } from "../config/resolve-providers.js"
import { strategyOf } from "./strategy-provider.js"

type Fields = Readonly<Record<string, object>>

/**
 * Returns the fields of a provider's sign-in form, for credentials or for a strategy such as a directory.
 *
 * @returns `undefined` for providers without such a form
 */
export function formFields(provider: ResolvedProvider): Fields | undefined {
  if (provider.type === "credentials") return provider.credentials ?? {}
  return strategyOf(provider)?.fields
}
