import { LRUCache } from "lru-cache"
import { isMemoryStore } from "../stores/mark-memory-store.js"
import { perSource, type Remembering } from "./process-memory.js"

interface Stores {
  readonly limiter?: object | undefined
  readonly locks?: object | undefined
  readonly revocation?: object | undefined
}

const names = ["limiter", "locks", "revocation"] as const
/** Bounds memory: the app may derive tenants from data that clients send. The least recently used go first. */
const maxTenants = 1000
const kept = perSource(() => new LRUCache<string, Stores>({ max: maxTenants }))

/**
 * Replaces memory stores in a configuration that a function returned by those of the tenant's first configuration. A
 * function that calls `memoryLimiter()` for each request would otherwise never count beyond 1.
 *
 * @param tenant the id of the tenant
 */
export function keepMemoryStores<Config extends Stores & Remembering>(
  config: Config,
  tenant: string,
): Config {
  const inMemory = names.filter((name) => config[name] && isMemoryStore(config[name]))
  if (inMemory.length === 0) return config
  const all = kept(config)
  const former = all.get(tenant) ?? {}
  const stores = Object.fromEntries(inMemory.map((name) => [name, former[name] ?? config[name]]))
  all.set(tenant, { ...former, ...stores })
  return { ...config, ...stores }
}
