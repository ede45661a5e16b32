import type { Request } from "express"
import type { ExpressAuthConfig } from "../config/options.js"
import { ProcessMemory } from "../config/process-memory.js"
import { type ResolvedConfig, resolveChosenConfig } from "../config/resolve-config.js"
import { bindToTenant, digestContent } from "../config/tenant.js"
import { hostnamesOf } from "./origin.js"
import { type ConflictCheck, createConflictCheck } from "./tenant-conflicts.js"

/** A function that returns the configuration of a request. */
export type ConfigChooser = (req: Request) => ExpressAuthConfig | Promise<ExpressAuthConfig>

/** State of a chooser function. It outlives the configurations that the function returns. */
interface ChooserState {
  readonly memory: ProcessMemory
  readonly checkConflict: ConflictCheck
}

const states = new WeakMap<ConfigChooser, ChooserState>()

/**
 * Calls a chooser function and resolves the configuration that it returns, bound to its tenant.
 *
 * @throws {ConfigError} when the configuration is invalid, or its tenant cannot be told from another
 */
export async function chooseConfig(source: ConfigChooser, req: Request): Promise<ResolvedConfig> {
  const { memory, checkConflict } = stateOf(source)
  const config = resolveChosenConfig(await source(req), memory)
  if (config.tenant) return config
  const bound = forTenantOf(req, config)
  await checkConflict(req, { config, tenant: bound.tenant?.id ?? "" })
  return bound
}

function stateOf(source: ConfigChooser): ChooserState {
  const found = states.get(source)
  if (found) return found
  const memory = new ProcessMemory({ isOfFunction: true })
  const checkConflict = createConflictCheck(async (req) => resolveChosenConfig(await source(req), memory))
  states.set(source, { memory, checkConflict })
  return { memory, checkConflict }
}

/** The bound copies of a configuration, by host. */
interface Bindings {
  readonly content: string
  readonly byHost: Map<string, ResolvedConfig>
}

const bindings = new WeakMap<ResolvedConfig, Bindings>()
/** Bounds memory: clients choose the Host header. */
const maxHosts = 1000

/**
 * Binds a configuration to the tenant of a request. The function can choose by any criterion, so unless the app names
 * the tenant, the host that browsers use (or the domain of the session cookie) and the content of the configuration
 * identify it.
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
