/**
 * What this process remembers for one source of configurations: an options object, or a function that chooses one for
 * each request. It outlives the configurations, which may be new objects at each request.
 */
export class ProcessMemory {
  /** Whether a function chooses the configurations, whose objects may then be new at each request. */
  readonly isOfFunction: boolean

  constructor({ isOfFunction = false }: { isOfFunction?: boolean } = {}) {
    this.isOfFunction = isOfFunction
  }
}

/** The part of a configuration that says where it remembers things. */
export interface Remembering {
  readonly memory: ProcessMemory
}

/**
 * Defines one thing to remember: counters, keys that were used, a cache.
 *
 * @param create makes it when it is first asked for, from the configuration that asks
 * @returns a function that finds it for a configuration
 * @example
 * const spentKeys = perSource(() => new Set<string>())
 * spentKeys(config).add(key)
 */
export function perSource<Value, Config extends Remembering = Remembering>(
  create: (config: Config) => Value,
): (config: Config) => Value {
  const values = new WeakMap<ProcessMemory, { readonly value: Value }>()
  return (config) => {
    const known = values.get(config.memory)
    if (known) return known.value
    const value = create(config)
    values.set(config.memory, { value })
    return value
  }
}

/** Messages name options and providers, of which a function could make up ever new ones. */
const maxWarnings = 1000
const warnings = perSource(() => new Set<string>())

interface Warning {
  readonly code: string
  readonly message: string
}

/** Logs a warning the first time it arises for a source of configurations; with another message it is another. */
export function warnOnce(
  config: Remembering & { readonly logger: { warn(code: string, message?: string): void } },
  { code, message }: Warning,
): void {
  const given = warnings(config)
  const text = `${code} ${message}`
  if (given.has(text) || given.size >= maxWarnings) return
  given.add(text)
  config.logger.warn(code, message)
}
