import { providerId, providerSetting, type ResolvedProvider } from "../config/resolve-providers.js"
import { strategyOf } from "../providers/strategy-provider.js"
import type { PageProvider } from "./page-provider.js"

const pageProvidersOf = new WeakMap<readonly ResolvedProvider[], PageProvider[]>()

/** Describes providers for the pages; returns the same objects for the same list. */
export function pageProviders(providers: readonly ResolvedProvider[]): PageProvider[] {
  const known = pageProvidersOf.get(providers)
  if (known) return known
  const described = providers.map(toPageProvider)
  pageProvidersOf.set(providers, described)
  return described
}

function toPageProvider(provider: ResolvedProvider): PageProvider {
  const outside = strategyOf(provider)?.fields
  const fields =
    outside ?? providerSetting(provider, provider.type === "credentials" ? "credentials" : "formFields")
  const style = providerSetting(provider, "style")
  return {
    id: providerId(provider),
    name: providerName(provider),
    type: outside ? "credentials" : provider.type,
    autofill: providerSetting(provider, "enableConditionalUI") === true,
    ...(fields !== undefined && { fields: fields as PageProvider["fields"] }),
    ...(style !== undefined && { style: style as PageProvider["style"] }),
  } as PageProvider
}

/** Returns a provider's display name; its id if it has no name. */
export function providerName(provider: ResolvedProvider): string {
  const name = providerSetting(provider, "name")
  return typeof name === "string" ? name : providerId(provider)
}
