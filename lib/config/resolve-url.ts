import { ConfigError } from "../errors.js"
import type { Environment } from "./env.js"
import type { Logger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"

/** What the configuration specifies of our own address. See `ResolvedConfig` for each member. */
interface ResolvedUrl {
  readonly origin: string | undefined
  readonly basePath: string | undefined
  readonly hosts: readonly string[] | undefined
  readonly trustHost: boolean
}

/**
 * Resolves the options for our own address: origin and path of `url` or AUTH_URL, the `basePath` option, which takes
 * precedence over the path of the URL, and which hosts and headers to trust without a URL.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_UNTRUSTED_HOST`
 */
export function resolveUrl(options: ExpressAuthConfig, env: Environment, logger: Logger): ResolvedUrl {
  const url = parseUrl(options.url ?? env.url)
  const basePath = toBasePath(options.basePath) ?? toBasePath(url?.pathname)
  const trustHost = options.trustHost ?? env.trustHost
  const hosts = resolveHosts(options.hosts)
  if (!url && !hosts?.length) checkHostIsTrusted(trustHost, env, logger)
  if (!url && env.formerName("AUTH_URL"))
    logger.warn("former-variable", `AUTH_URL is not set.${env.formerName("AUTH_URL")}`)
  return { origin: url?.origin, basePath, hosts, trustHost: trustHost === true }
}

function parseUrl(value: string | undefined): URL | undefined {
  if (!value) return
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username) return url
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `The URL of this app (url or AUTH_URL) is "${value}"; expected one such as "https://example.com".`,
  )
}

function resolveHosts(hosts: unknown): readonly string[] | undefined {
  if (hosts === undefined) return
  if (isHost(hosts))
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      `hosts is "${hosts}"; expected an array: hosts: ["${hosts}"].`,
    )
  const wrong = Array.isArray(hosts) ? hosts.find((host) => !isHost(host)) : hosts
  if (wrong === undefined && Array.isArray(hosts)) return hosts.map((host: string) => host.toLowerCase())
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `hosts contains ${JSON.stringify(wrong)}; expected an array such as ["example.com", "*.example.com", "localhost:3000"].`,
  )
}

function isHost(host: unknown): boolean {
  const name = typeof host === "string" ? host.replace(/^\*\./, "") : ""
  return /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(name) && URL.canParse(`http://${name}`)
}

/** `"/auth/"` → `"/auth"`; `"/"` → `undefined`. */
function toBasePath(path: string | undefined): string | undefined {
  const trimmed = path?.replace(/\/+$/, "")
  if (!trimmed) return
  if (/^\/[\w.~!$&'*+,;=:@%/-]+$/.test(trimmed) && !trimmed.includes("//")) return trimmed
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `basePath is "${path}"; expected a path that starts with "/", such as "/auth".`,
  )
}

function checkHostIsTrusted(trustHost: boolean | undefined, env: Environment, logger: Logger): void {
  const fix =
    'Set AUTH_URL to the address of this app (https://example.com), or list its hosts: hosts: ["example.com"].' +
    env.formerName("AUTH_URL")
  if (env.production && trustHost === undefined)
    throw new ConfigError(
      "ERR_AUTH_UNTRUSTED_HOST",
      `NODE_ENV is "production" and the host of this app is not configured. ${fix} Behind a proxy that checks the ` +
        "Host header, AUTH_TRUST_HOST=true is enough.",
    )
  if (env.production && trustHost === false)
    throw new ConfigError(
      "ERR_AUTH_UNTRUSTED_HOST",
      `trustHost is false, so the host must be configured. ${fix}`,
    )
  if (trustHost)
    logger.warn(
      "trust-host",
      `The Host and X-Forwarded-* headers are trusted: an attacker who can set them controls where mailed links lead. ${fix}`,
    )
}
