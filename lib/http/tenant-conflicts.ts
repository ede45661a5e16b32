import type { Request } from "express"
import { providerById } from "../config/find-provider.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"

/** What a function chose for a request, and the tenant that host and content make of it. */
interface Choice {
  readonly config: ResolvedConfig
  readonly tenant: string
}

/** @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` where two configurations that differ count as one tenant */
export type ConflictCheck = (req: Request, choice: Choice) => Promise<void> | undefined

interface Seen {
  readonly req: Request
  readonly config: ResolvedConfig
  isLasting: boolean
}

const maxTenants = 100

/**
 * Watches for configurations that an app keeps side by side and that nothing tells apart but their functions, such as
 * `authorize`, or their adapters: a session of one would be good at the other. Configurations that are made anew for each
 * request are one tenant.
 *
 * @param choose asks the app's function. It is called again for an earlier request, to see whether the earlier
 * configuration is still in use beside the new one, or was replaced by it.
 */
export function createConflictCheck(choose: (req: Request) => Promise<ResolvedConfig>): ConflictCheck {
  const seen = new Map<string, Seen>()
  const lasting = new WeakSet<ResolvedConfig>()
  const confused = new Set<string>()

  async function compare(former: Seen, tenant: string): Promise<void> {
    const again = await choose(former.req).catch(() => undefined)
    if (again !== former.config) return
    confused.add(tenant)
    throw indistinguishable()
  }

  return (req, { config, tenant }) => {
    if (confused.has(tenant)) throw indistinguishable()
    const former = seen.get(tenant)
    if (former?.config === config) {
      former.isLasting = true
      return
    }
    const isKnown = lasting.has(config)
    lasting.add(config)
    if (seen.size >= maxTenants) seen.clear()
    seen.set(tenant, { req, config, isLasting: isKnown })
    if (former && (isKnown || former.isLasting) && !isAlike(former.config, config))
      return compare(former, tenant)
  }
}

/** Whether two configurations of the same content ask the same functions and the same database. */
function isAlike(one: ResolvedConfig, other: ResolvedConfig): boolean {
  const { jwt, session, signIn } = one.callbacks
  const { callbacks } = other
  return (
    one.adapter === other.adapter &&
    [jwt === callbacks.jwt, session === callbacks.session, signIn === callbacks.signIn].every(Boolean) &&
    one.providers.every((provider) => {
      const counterpart = providerById(other.providers, provider.id)
      return counterpart && authorizeOf(provider) === authorizeOf(counterpart)
    })
  )
}

function authorizeOf(provider: ResolvedConfig["providers"][number]): unknown {
  return provider.type === "credentials" ? provider.authorize : undefined
}

function indistinguishable(): ConfigError {
  return new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "The function returns several configurations with the same host, providers, cookies and address, but other callbacks, " +
      "adapters or authorize(). Sessions of one would be good at the other. Name the tenant of each: " +
      'tenant: "acme". Give them all the same name where they are one tenant.',
  )
}
