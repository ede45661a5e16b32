import { createHash, createHmac } from "node:crypto"
import { ConfigError } from "../errors.js"
import type { CookieSet } from "./cookies.js"
import type { ResolvedProvider } from "./resolve-providers.js"

/** Whose sessions, flows and forms a configuration accepts: those of the same tenant. */
export interface Tenant {
  readonly id: string
  /** Whether the app named it (`tenant`); otherwise host and content of the configuration tell it apart. */
  readonly isNamed: boolean
}

/** What tells the configurations apart that a function returns. */
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

/** @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` */
export function resolveTenant(name: unknown): Tenant | undefined {
  if (name === undefined) return
  if (typeof name === "string" && name !== "" && name.length <= maxNameLength)
    return { id: `named ${name}`, isNamed: true }
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `\`tenant\` is ${JSON.stringify(name)}; expected a text of 1 to ${maxNameLength} characters, such as "acme".`,
  )
}

/**
 * Binds a configuration to a tenant: whatever it seals or signs is worth nothing at another, and the reverse.
 *
 * @returns a configuration with secrets of the tenant's own
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
 * A digest of what a configuration does for its users: where it is, who signs them in, which cookies it has. It is the
 * same in every process, and does not change with secrets, looks, texts or functions.
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
  "from",
  "server",
] as const

function describeProvider(provider: ResolvedProvider): string {
  const members: Readonly<Partial<Record<string, unknown>>> = { ...provider }
  const settings = distinctSettings.map((name) => toText(members[name]))
  return JSON.stringify([provider.id, provider.type, ...settings])
}

/** Of an endpoint its address counts, not its parameters; a mail server's password never does. */
function toText(setting: unknown): string | undefined {
  if (typeof setting === "string") return setting.split("?", 1)[0]
  if (typeof setting !== "object" || setting === null) return
  const { url, host }: { url?: unknown; host?: unknown } = setting
  return typeof url === "string" ? url.split("?", 1)[0] : typeof host === "string" ? host : undefined
}
