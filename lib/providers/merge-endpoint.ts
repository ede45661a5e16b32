type Plain = Record<string, unknown>

/**
 * One endpoint of a provider, from its default and what the app passed: an address replaces the default, an object adds
 * to it. Parameters without a value are left out, where core would send the word "undefined".
 */
export function mergeEndpoint(standard: unknown, own: unknown): unknown {
  const merged = isPlainObject(own) ? mergePlain(toPlain(standard), own) : (own ?? standard)
  if (!isPlainObject(merged) || !isPlainObject(merged.params)) return merged
  const params = Object.entries(merged.params).filter(([, value]) => value !== undefined)
  return { ...merged, params: Object.fromEntries(params) }
}

/** The address of an endpoint, where it has one. */
export function endpointUrl(endpoint: unknown): string | undefined {
  const url = isPlainObject(endpoint) ? endpoint.url : endpoint
  return (typeof url === "string" && url !== "") || url instanceof URL ? String(url) : undefined
}

/** The function that asks an endpoint in place of core. */
export function requestOf(endpoint: unknown): unknown {
  return typeof endpoint === "object" && endpoint !== null && "request" in endpoint
    ? endpoint.request
    : undefined
}

function toPlain(endpoint: unknown): Plain {
  if (isPlainObject(endpoint)) return endpoint
  const url = endpointUrl(endpoint)
  return url === undefined ? {} : { url }
}

/** Keys, URLs and the like are values, not objects to look into. */
function mergePlain(standard: Plain, own: Plain): Plain {
  const given = Object.entries(own).filter(([, value]) => value !== undefined)
  const merged = given.map(([name, value]) => {
    const former = standard[name]
    return [name, isPlainObject(value) && isPlainObject(former) ? mergePlain(former, value) : value]
  })
  return { ...standard, ...Object.fromEntries(merged) }
}

export function isPlainObject(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
