import type { ResolvedProvider } from "../config/resolve-providers.js"
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
  const { fields: outside, people } = strategyOf(provider) ?? {}
  const fields = outside ?? ownFields(provider)
  const { style }: { id: string; style?: PageProvider["style"] } = provider
  return {
    id: provider.id,
    name: shownNameOf(provider),
    type: people ? "people" : outside ? "credentials" : provider.type,
    autofill: provider.type === "webauthn" && provider.enableConditionalUI === true,
    people,
    fields: fields as PageProvider["fields"],
    style,
  } as PageProvider
}

function ownFields(provider: ResolvedProvider): object | undefined {
  if (provider.type === "credentials") return provider.credentials
  return provider.type === "webauthn" ? provider.formFields : undefined
}

/** Returns a provider's display name; its id if it has no name. */
export function providerName(provider: ResolvedProvider): string {
  return typeof provider.name === "string" ? provider.name : provider.id
}

/** What people call services that Auth.js calls by the names of products. */
const shownNames: ReadonlyMap<string, string> = new Map([
  ["Azure Active Directory", "Microsoft"],
  ["BankID Norge", "BankID"],
  ["Microsoft Entra ID", "Microsoft"],
  ["Twitter", "X"],
])

/** Returns a provider's name on the pages. A name that the app has chosen stays. */
export function shownNameOf(provider: ResolvedProvider): string {
  const name = providerName(provider)
  return shownNames.get(name) ?? name
}
