import { credentialFaultsOf } from "./credential-faults.js"
import type { Environment } from "./env.js"
import type { Logger } from "./logger.js"
import type { ResolvedProvider } from "./resolve-providers.js"

/** A provider that the app lists, but whose credentials are still missing. Exists in development only. */
export interface ProviderToSetUp {
  /** The provider as far as it is configured. */
  readonly provider: ResolvedProvider
  /** The environment variables that are missing, e.g. `["AUTH_GITHUB_ID", "AUTH_GITHUB_SECRET"]`. */
  readonly variables: readonly [string, ...string[]]
  /** Sentences about variables that are set under a former name. */
  readonly notes: readonly string[]
}

/** Providers that work, and providers that lack credentials. */
export interface SeparatedProviders {
  readonly providers: readonly ResolvedProvider[]
  readonly providersToSetUp: readonly ProviderToSetUp[]
}

/**
 * In development, separates the providers without credentials from those that work, so that the app starts without
 * them; one warning names all. Otherwise all providers count as working, and `requireCredentials` decides.
 */
export function separateIncomplete(
  all: readonly ResolvedProvider[],
  env: Pick<Environment, "formerName" | "development">,
  logger: Logger,
): SeparatedProviders {
  const incomplete = env.development ? all.flatMap((provider) => toProviderToSetUp(provider, env) ?? []) : []
  if (incomplete.length === 0) return { providers: all, providersToSetUp: [] }
  logger.warn("to-set-up", describe(incomplete))
  const left = new Set(incomplete.map(({ provider }) => provider))
  return { providers: all.filter((provider) => !left.has(provider)), providersToSetUp: incomplete }
}

/** Returns `undefined` for a complete provider, and for one with a wrong value, which stops the start. */
function toProviderToSetUp(
  provider: ResolvedProvider,
  env: Pick<Environment, "formerName" | "development">,
): ProviderToSetUp | undefined {
  const faults = credentialFaultsOf(provider, env)
  const [first, ...others] = faults.flatMap(({ variable }) => variable ?? [])
  if (first === undefined || others.length + 1 < faults.length) return undefined
  return { provider, variables: [first, ...others], notes: faults.flatMap(({ note }) => note || []) }
}

function describe(incomplete: readonly ProviderToSetUp[]): string {
  const named = incomplete.map(({ provider, variables }) => `${provider.id} (${variables.join(", ")})`)
  const notes = incomplete.flatMap((one) => one.notes)
  return [
    `Left out, because their credentials are missing: ${named.join(", ")}.`,
    "The sign-in page says where to get them. Production would not start.",
    ...notes,
  ].join(" ")
}
