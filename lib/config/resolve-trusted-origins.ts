import { ConfigError } from "../errors.js"

/**
 * Resolves the `trustedOrigins` option: exact http or https origins, spelled as in the Origin header.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, with a suggestion
 */
export function resolveTrustedOrigins(origins: unknown): readonly string[] {
  if (origins === undefined) return []
  if (!Array.isArray(origins)) throw invalid(origins)
  for (const origin of origins) if (originOf(origin) !== origin) throw invalid(origin)
  return Object.freeze([...new Set<string>(origins)])
}

function originOf(value: unknown): string | undefined {
  const url = typeof value === "string" ? parse(value) : undefined
  const isOrigin = url && /^https?:$/.test(url.protocol) && !url.hostname.includes("*")
  return isOrigin ? url.origin : undefined
}

/** Does not use `URL.canParse`: Node 20's, once optimized, rejects hosts such as "bücher.example". */
function parse(value: string): URL | undefined {
  try {
    return new URL(value)
  } catch {
    return undefined
  }
}

function invalid(value: unknown): ConfigError {
  const meant = originOf(value)
  const hint =
    meant === undefined ? "" : meant === value ? ` Write ["${meant}"].` : ` Did you mean "${meant}"?`
  return new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `trustedOrigins contains ${JSON.stringify(value)}; expected an array of exact origins such as ` +
      `["https://app.example.com", "http://localhost:5173"]: scheme, host and port, no path and no wildcard.${hint}`,
  )
}
