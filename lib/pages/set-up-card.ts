import type { ProviderToSetUp } from "../config/separate-incomplete.js"
import { providerConsole } from "../development/provider-console.js"
import type { PageProvider } from "./page-provider.js"
import { providerName } from "./page-providers.js"
import { getProviderIcon, type ProviderIcon } from "./provider-icon.js"

/** How to get the credentials of a provider that lacks them. */
export interface SetUpCard {
  /** The provider's id. */
  readonly id: string
  /** The provider's display name. */
  readonly name: string
  readonly icon: ProviderIcon
  /** The service's console; `undefined` if it is not known. */
  readonly console: { readonly href: string; readonly label: string } | undefined
  /** The URL to register; `undefined` for a provider that needs none, such as a mailer. */
  readonly callbackUrl: string | undefined
  /** The variables to set. */
  readonly variables: readonly string[]
  /** Further sentences. */
  readonly notes: readonly string[]
}

/**
 * Describes a provider that lacks credentials for the pages.
 *
 * @param callbackUrl as the visitor's browser reaches it
 */
export function toSetUpCard(toSetUp: ProviderToSetUp, callbackUrl: string): SetUpCard {
  const { provider, variables, notes } = toSetUp
  const { id, type, style }: { id: string; type: PageProvider["type"]; style?: PageProvider["style"] } =
    provider
  const name = providerName(provider)
  const href = providerConsole(provider)
  return {
    ...{ id, name, variables, notes },
    icon: getProviderIcon({ id, name, type, ...(style && { style }) }),
    console: href === undefined ? undefined : { href, label: toLabel(href) },
    callbackUrl: provider.type === "email" ? undefined : callbackUrl,
  }
}

/** Shortens a URL to what tells it apart, e.g. `github.com/settings/developers`. */
function toLabel(href: string): string {
  const { host, pathname } = new URL(href)
  return (host + pathname).replace(/\/$/, "").replace(/^www\./, "")
}
