import type { Request } from "express"
import { providerById } from "../config/find-provider.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { haveSameFunctions } from "../config/same-functions.js"
import { ConfigError } from "../errors.js"

/** A configuration that a function returned, and the id of its tenant, derived from host and content. */
interface Choice {
  readonly config: ResolvedConfig
  readonly tenant: string
}

/**
 * Checks one configuration against those returned before.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` when two different configurations have the same tenant id
 */
export type ConflictCheck = (req: Request, choice: Choice) => Promise<void> | undefined

interface Seen {
  readonly req: Request
  readonly config: ResolvedConfig
  /** Whether the function returned it more than once. */
  isReused: boolean
}

const maxTenants = 100

/**
 * Detects configurations that an app uses side by side and that differ only in functions, such as `authorize` or a
 * provider's `profile`, or in their adapters: a session of one would be valid in the other. Configurations created anew
 * for each request count as one tenant.
 *
 * @param choose calls the app's function. It is called again for an earlier request, to find out whether the earlier
 * configuration is still in use beside the new one or was replaced by it.
 */
export function createConflictCheck(choose: (req: Request) => Promise<ResolvedConfig>): ConflictCheck {
  const seen = new Map<string, Seen>()
  const returnedBefore = new WeakSet<ResolvedConfig>()
  const conflicting = new Set<string>()

  async function compare(former: Seen, tenant: string): Promise<void> {
    const again = await choose(former.req).catch(() => undefined)
    if (again !== former.config) return
    conflicting.add(tenant)
    throw indistinguishable()
  }

  return (req, { config, tenant }) => {
    if (conflicting.has(tenant)) throw indistinguishable()
    const former = seen.get(tenant)
    if (former?.config === config) {
      former.isReused = true
      return
    }
    const isReused = returnedBefore.has(config)
    returnedBefore.add(config)
    if (seen.size >= maxTenants) seen.clear()
    seen.set(tenant, { req, config, isReused })
    if (former && (isReused || former.isReused) && !isAlike(former.config, config))
      return compare(former, tenant)
  }
}

/** Whether two configurations with the same content use the same functions and the same database. */
function isAlike(one: ResolvedConfig, other: ResolvedConfig): boolean {
  const { jwt, session, signIn } = one.callbacks
  const { callbacks } = other
  return (
    one.adapter === other.adapter &&
    [jwt === callbacks.jwt, session === callbacks.session, signIn === callbacks.signIn].every(Boolean) &&
    one.providers.every((provider) => {
      const counterpart = providerById(other.providers, provider.id)
      return counterpart && haveSameFunctions(provider, counterpart)
    })
  )
}

function indistinguishable(): ConfigError {
  return new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "The function returned two configurations with the same host, providers, cookies and URL, but different callbacks, " +
      "adapters or functions of providers, such as authorize() or profile(). Sessions of one would be valid in the other. " +
      'Give each a tenant: tenant: "acme". If they are one tenant, give all of them the same name, or share the providers.',
  )
}
