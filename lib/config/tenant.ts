import { createHash, createHmac } from "node:crypto"
import { ConfigError } from "../errors.js"
import type { CookieSet } from "./resolve-cookies.js"
import type { ResolvedProvider } from "./resolve-providers.js"

/** A tenant. A configuration accepts sessions, flows and forms of its own tenant only. */
export interface Tenant {
  /** Identifies the tenant; goes into the keys that are derived for it. */
  readonly id: string
  /** Whether the app named it with the `tenant` option; otherwise host and content of the configuration identify it. */
  readonly isNamed: boolean
}

/** The parts of a configuration that distinguish it from others that a function returns. */
interface Distinct {
  readonly origin: string | undefined
  readonly basePath: string | undefined
  readonly redirectProxyUrl: string | undefined
  readonly cookies: Readonly<Record<"plain" | "secure", CookieSet>>
  readonly providers: readonly ResolvedProvider[]
  readonly session: { readonly strategy: string }
}

type Secrets = readonly [string, ...string[]]

const maxNameLength = 200

/**
 * Resolves the `tenant` option: a name of 1 to 200 characters, or none.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function resolveTenant(name: unknown): Tenant | undefined {
  if (name === undefined) return
  if (typeof name === "string" && name !== "" && name.length <= maxNameLength)
    return { id: `named ${name}`, isNamed: true }
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `\`tenant\` is ${JSON.stringify(name)}; expected a string of 1 to ${maxNameLength} characters, such as "acme".`,
  )
}

/**
 * Binds a configuration to a tenant: replaces its secrets by ones derived for the tenant, so that tenants do not accept
 * each other's sessions, flows and forms.
 */
export function bindToTenant<Config extends { readonly baseSecrets: Secrets }>(
  config: Config,
  tenant: Tenant,
): Config & { readonly tenant: Tenant; readonly secrets: Secrets } {
  const derive = (secret: string) =>
    createHmac("sha256", secret).update(`tenant ${tenant.id}`).digest("base64url")
  const [newest, ...older] = config.baseSecrets
  return Object.freeze({ ...config, tenant, secrets: [derive(newest), ...older.map(derive)] as const })
}

/**
 * Returns a digest of what distinguishes a configuration for its users: address, providers and cookies. It is the same
 * in every process, and does not depend on secrets, appearance, messages or functions.
 */
export function digestContent(config: Distinct): string {
  const { origin, basePath, redirectProxyUrl, cookies, session } = config
  const providers = config.providers.map(describeProvider).sort()
  const { name, options } = cookies.plain.sessionToken
  const content = [origin, basePath, redirectProxyUrl, session.strategy, name, options.domain, options.path]
  return createHash("sha256")
    .update(JSON.stringify([content, providers]))
    .digest("base64url")
}

const distinctSettings = [
  "clientId",
  "issuer",
  "wellKnown",
  "authorization",
  "token",
  "userinfo",
  "jwks_endpoint",
  "from",
  "server",
] as const

function describeProvider(provider: ResolvedProvider): string {
  const members: Readonly<Partial<Record<string, unknown>>> = { ...provider }
  const settings = distinctSettings.map((name) => toText(members[name]))
  return JSON.stringify([provider.id, provider.type, ...settings])
}

/** Returns an endpoint's address without its parameters, or a mail server's host without its password. */
function toText(setting: unknown): string | undefined {
  if (typeof setting === "string" || setting instanceof URL) return String(setting).split("?", 1)[0]
  if (typeof setting !== "object" || setting === null) return
  const { url, host }: { url?: unknown; host?: unknown } = setting
  return typeof url === "string" ? url.split("?", 1)[0] : typeof host === "string" ? host : undefined
}
