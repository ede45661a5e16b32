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
  const found = known.get(definition) ?? findFunctions(definition)
  known.set(definition, found)
  return found
}

/**
 * Finds the functions of an object at every level, by path. Includes members with symbols as keys, such as
 * `customFetch`. Visits each object once, and without recursion: objects may contain each other, at any depth.
 */
function findFunctions(root: object): Functions {
  const found = new Map<string, AnyFunction>()
  const paths = new Map([[root, ""]])
  // A map's iteration includes what is added meanwhile.
  for (const [parent, path] of paths)
    for (const key of Reflect.ownKeys(parent)) {
      const value: unknown = Reflect.get(parent, key)
      const at = `${path}/${String(key)}`
      if (isFunction(value)) found.set(at, value)
      else if (isPlainObject(value) && !paths.has(value)) paths.set(value, at)
    }
  return found
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === "function"
}
