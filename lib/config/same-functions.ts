import { isPlainObject } from "./merge-provider.js"
import type { ResolvedProvider } from "./resolve-providers.js"

type AnyFunction = (...args: never[]) => unknown
type Functions = ReadonlyMap<string, AnyFunction>

const known = new WeakMap<object, Functions>()

/**
 * Whether two providers call the same functions: `authorize`, `profile`, `sendVerificationRequest`, the strategy of a
 * `PassportProvider`, and any other at every level.
 *
 * Functions of the app must be identical. The defaults of a provider function, such as those of `GitHub()`, only need
 * the same source, because each call creates them anew.
 */
export function haveSameFunctions(
  { definition: one }: ResolvedProvider,
  { definition: other }: ResolvedProvider,
): boolean {
  const [ones, others] = [functionsOf(one), functionsOf(other)]
  const areDefaults = (path: string) => "options" in one && !path.startsWith("/options/")
  return (
    ones.size === others.size &&
    [...ones].every(([path, own]) => {
      const counterpart = others.get(path)
      return own === counterpart || (areDefaults(path) && hasSameSource(own, counterpart))
    })
  )
}

/** Bound functions all have the same source, `function () { [native code] }`, which tells nothing. */
function hasSameSource(one: AnyFunction, other: AnyFunction | undefined): boolean {
  const source = String(one)
  return source === String(other) && !source.endsWith("{ [native code] }")
}

function functionsOf(definition: object): Functions {
  const found = known.get(definition) ?? new Map(walk(definition, ""))
  known.set(definition, found)
  return found
}

/** Includes members with symbols as keys, such as `customFetch`. */
function* walk(parent: object, path: string): Generator<[string, AnyFunction]> {
  for (const key of Reflect.ownKeys(parent)) {
    const value: unknown = Reflect.get(parent, key)
    const at = `${path}/${String(key)}`
    if (isFunction(value)) yield [at, value]
    else if (isPlainObject(value)) yield* walk(value, at)
  }
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === "function"
}
