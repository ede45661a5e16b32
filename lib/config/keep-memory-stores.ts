import { isMemoryStore } from "../stores/mark-memory-store.js"
import { perSource, type Remembering } from "./process-memory.js"

interface Stores {
  readonly limiter?: object | undefined
  readonly locks?: object | undefined
  readonly revocation?: object | undefined
}

const names = ["limiter", "locks", "revocation"] as const
const kept = perSource(() => new Map<string, Stores>())
/** Content and name of a configuration are the app's, and may be made up of what visitors send. */
const maxTenants = 1000

/**
 * The stores of a configuration that a function chose. One such as `memoryLimiter()` that is made anew for each request
 * would count nothing, so the first of a tenant stays.
 *
 * @param tenant what the configuration is told apart by from others of the function
 */
export function keepMemoryStores<Config extends Stores & Remembering>(
  config: Config,
  tenant: string,
): Config {
  const given = names.filter((name) => config[name] && isMemoryStore(config[name]))
  if (given.length === 0) return config
  const all = kept(config)
  const former = all.get(tenant) ?? {}
  const stores = Object.fromEntries(given.map((name) => [name, former[name] ?? config[name]]))
  if (all.size >= maxTenants) all.clear()
  all.set(tenant, { ...former, ...stores })
  return { ...config, ...stores }
}
