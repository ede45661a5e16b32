import type { Request } from "express"
import type { ExpressAuthConfig } from "../config/options.js"
import { ProcessMemory } from "../config/process-memory.js"
import { type ResolvedConfig, resolveChosenConfig } from "../config/resolve-config.js"
import { bindToTenant, digestContent } from "../config/tenant.js"
import { hostnamesOf } from "./origin.js"
import { type ConflictCheck, createConflictCheck } from "./tenant-conflicts.js"

/** Chooses the configuration of a request. */
export type ConfigChooser = (req: Request) => ExpressAuthConfig | Promise<ExpressAuthConfig>

/** What is known of a function that chooses: it outlives the configurations it returns. */
interface Known {
  readonly memory: ProcessMemory
  readonly checkConflict: ConflictCheck
}

const known = new WeakMap<ConfigChooser, Known>()

/**
 * The configuration that a function chooses for a request, bound to its tenant.
 *
 * @throws {ConfigError} where it cannot work, or where several tenants cannot be told apart
 */
export async function chooseConfig(source: ConfigChooser, req: Request): Promise<ResolvedConfig> {
  const { memory, checkConflict } = knownOf(source)
  const config = resolveChosenConfig(await source(req), memory)
  if (config.tenant) return config
  const bound = forTenantOf(req, config)
  await checkConflict(req, { config, tenant: bound.tenant?.id ?? "" })
  return bound
}

function knownOf(source: ConfigChooser): Known {
  const found = known.get(source)
  if (found) return found
  const memory = new ProcessMemory({ isOfFunction: true })
  const checkConflict = createConflictCheck(async (req) => resolveChosenConfig(await source(req), memory))
  known.set(source, { memory, checkConflict })
  return { memory, checkConflict }
}

/** A configuration by the host it was bound to. */
interface Bindings {
  readonly content: string
  readonly byHost: Map<string, ResolvedConfig>
}

const bindings = new WeakMap<ResolvedConfig, Bindings>()
/** The Host header is the visitor's to choose. */
const maxHosts = 1000

/**
 * A function chooses by whatever it likes. Unless the app names the tenant, it is told apart by the request's host, or the
 * domain of its session cookie, and by the content of the configuration.
 */
function forTenantOf(req: Request, config: ResolvedConfig): ResolvedConfig {
  const { content, byHost } = bindings.get(config) ?? { content: digestContent(config), byHost: new Map() }
  bindings.set(config, { content, byHost })
  const host = config.cookies.plain.sessionToken.options.domain ?? hostnamesOf(req, config)
  const bound = byHost.get(host) ?? bindToTenant(config, { id: `at ${host} ${content}`, isNamed: false })
  if (byHost.size >= maxHosts) byHost.clear()
  byHost.set(host, bound)
  return bound
}
