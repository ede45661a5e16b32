/**
 * The identity of a configuration source: an options object, or a function that returns one for each request. State
 * that must outlive the configurations, such as counters, is keyed by it (see {@link perSource}).
 */
export class ProcessMemory {
  /** Whether the source is a function, which may return a new configuration object for each request. */
  readonly isOfFunction: boolean

  constructor({ isOfFunction = false }: { isOfFunction?: boolean } = {}) {
    this.isOfFunction = isOfFunction
  }
}

/** A configuration that belongs to a source. */
export interface Remembering {
  /** The source's identity. */
  readonly memory: ProcessMemory
}

/**
 * Defines state that exists once per configuration source, such as counters, used keys or a cache.
 *
 * @param create creates the state on first access, from the configuration that accesses it
 * @returns a function that returns the state for a configuration
 * @example
 * const spentKeys = perSource(() => new Set<string>())
 * spentKeys(config).add(key)
 */
export function perSource<Value, Config extends Remembering = Remembering>(
  create: (config: Config) => Value,
): (config: Config) => Value {
  const values = new WeakMap<ProcessMemory, { readonly value: Value }>()
  return (config) => {
    const existing = values.get(config.memory)
    if (existing) return existing.value
    const value = create(config)
    values.set(config.memory, { value })
    return value
  }
}

/** Bounds memory: messages contain options and provider ids, which a function can generate. */
const maxWarnings = 1000
const warnings = perSource(() => new Set<string>())

interface Warning {
  readonly code: string
  readonly message: string
}

/** Logs a warning once per configuration source. Warnings with different messages are different warnings. */
export function warnOnce(
  config: Remembering & { readonly logger: { warn(code: string, message?: string): void } },
  { code, message }: Warning,
): void {
  const logged = warnings(config)
  const text = `${code} ${message}`
  if (logged.has(text) || logged.size >= maxWarnings) return
  logged.add(text)
  config.logger.warn(code, message)
}
