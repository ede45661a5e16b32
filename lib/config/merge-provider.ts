type Plain = Record<string, unknown>

const endpoints = ["authorization", "token", "userinfo"] as const

/**
 * Merges a provider's `options` into its defaults, as `@auth/core` does at every call. Unlike there, an array replaces
 * the default whole instead of index by index, and keys, URLs and class instances stay what they are.
 *
 * @param definition as a provider function returns it
 */
export function mergeOptions({ options = {}, ...standard }: Plain & { options?: object }): Plain {
  const own: Plain = { ...options }
  const merged = mergePlain(standard, own)
  const isOAuth = standard.type === "oauth" || standard.type === "oidc"
  if (isOAuth)
    for (const name of endpoints) {
      const endpoint = mergeEndpoint(standard[name], own[name])
      if (endpoint !== undefined) merged[name] = endpoint
    }
  return merged
}

/**
 * Merges one endpoint: a URL from the app replaces the default, an object extends it. Parameters without a value are
 * left out, because core would send the string "undefined".
 */
function mergeEndpoint(standard: unknown, own: unknown): unknown {
  const merged = isPlainObject(own) ? mergePlain(toEndpoint(standard), own) : (own ?? standard)
  if (!isPlainObject(merged) || !isPlainObject(merged.params)) return merged
  const params = Object.entries(merged.params).filter(([, value]) => value !== undefined)
  return { ...merged, params: Object.fromEntries(params) }
}

/** Returns the URL of an endpoint, or `undefined` if it has none. */
export function endpointUrl(endpoint: unknown): string | undefined {
  const url = isPlainObject(endpoint) ? endpoint.url : endpoint
  return (typeof url === "string" && url !== "") || url instanceof URL ? String(url) : undefined
}

/** Returns the function that requests an endpoint in core's place, or `undefined` if there is none. */
export function requestOf(endpoint: unknown): unknown {
  return typeof endpoint === "object" && endpoint !== null && "request" in endpoint
    ? endpoint.request
    : undefined
}

function toEndpoint(endpoint: unknown): Plain {
  if (isPlainObject(endpoint)) return endpoint
  const url = endpointUrl(endpoint)
  return url === undefined ? {} : { url }
}

function mergePlain(standard: Plain, own: Plain): Plain {
  const given = Object.entries(own).filter(([, value]) => value !== undefined)
  const merged = given.map(([name, value]) => {
    const former = standard[name]
    if (Array.isArray(value)) return [name, [...value]]
    return [name, isPlainObject(value) && isPlainObject(former) ? mergePlain(former, value) : value]
  })
  return { ...standard, ...Object.fromEntries(merged) }
}

/** Whether a value is an object literal, rather than an array or an instance of a class. */
export function isPlainObject(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
