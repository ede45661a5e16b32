import { skipCSRFCheck } from "@auth/core"
import { ConfigError } from "../errors.js"
import { checkAdapter } from "./check-adapter.js"
import { type CookieSet, resolveCookies } from "./cookies.js"
import { type Environment, readEnvironment } from "./env.js"
import { keepMemoryStores } from "./keep-memory-stores.js"
import { type Logger, resolveLogger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"
import { ProcessMemory, perSource, warnOnce } from "./process-memory.js"
import { rejectUnknownOptions } from "./reject-unknown-options.js"
import { requireCredentials } from "./require-credentials.js"
import { requirePositive } from "./require-positive.js"
import { type ResolvedLimits, resolveLimits } from "./resolve-limits.js"
import { resolvePages } from "./resolve-pages.js"
import { type ResolvedProvider, resolveProviders } from "./resolve-providers.js"
import { resolveSecrets } from "./resolve-secrets.js"
import { type ResolvedSession, resolveSession } from "./resolve-session.js"
import { type ResolvedStores, resolveStores } from "./resolve-stores.js"
import { resolveTrustedOrigins } from "./resolve-trusted-origins.js"
import { resolveUrl } from "./resolve-url.js"
import { bindToTenant, digestContent, resolveTenant, type Tenant } from "./tenant.js"
import { warnOfPlainHttp } from "./warn-of-plain-http.js"
import { warnOfUnprovenPasswords } from "./warn-of-unproven-passwords.js"

/** What `ExpressAuth` works with: options, environment and defaults put together, checked and frozen. */
export interface ResolvedConfig extends ResolvedStores {
  readonly production: boolean
  /** Newest first; new cookies are made with the first, all of them are accepted. */
  readonly secrets: readonly [string, ...string[]]
  /** The same before the tenant went into them: for what stays within the server, or is counted for all tenants. */
  readonly baseSecrets: readonly [string, ...string[]]
  /** Whose sessions count. Without one they are interchangeable with those of `@auth/core`. */
  readonly tenant: Tenant | undefined
  /** As the user's `jwt.encode` and `jwt.decode` get it from core: a text where the option is one, else the list. */
  readonly jwtSecret: string | readonly string[]
  /** Our origin, where `url` or AUTH_URL says it. */
  readonly origin: string | undefined
  /** The path browsers see, where `basePath` or the path of `url` says it; without a trailing slash. */
  readonly basePath: string | undefined
  readonly hosts: readonly string[] | undefined
  /** X-Forwarded-* may be believed even without Express's `trust proxy`: said so explicitly. */
  readonly trustHost: boolean
  /** Other origins whose pages may post to us with the token, and be returned to. */
  readonly trustedOrigins: readonly string[]
  readonly redirectProxyUrl: string | undefined
  readonly providers: readonly ResolvedProvider[]
  readonly session: ResolvedSession
  readonly limits: ResolvedLimits
  readonly jwt: Readonly<NonNullable<ExpressAuthConfig["jwt"]>>
  readonly callbacks: Readonly<NonNullable<ExpressAuthConfig["callbacks"]>>
  readonly events: Readonly<NonNullable<ExpressAuthConfig["events"]>>
  readonly adapter: ExpressAuthConfig["adapter"]
  readonly pages: Readonly<NonNullable<ExpressAuthConfig["pages"]>>
  readonly messages: NonNullable<ExpressAuthConfig["messages"]>
  readonly theme: Readonly<NonNullable<ExpressAuthConfig["theme"]>>
  readonly logger: Logger
  readonly useSecureCookies: boolean | undefined
  readonly cookies: { readonly plain: CookieSet; readonly secure: CookieSet }
  readonly skipCSRFCheck: boolean
  readonly bodyLimit: number
  /** Where counters, used keys and caches are kept: it outlives the configuration. */
  readonly memory: ProcessMemory
}

const resolved = new WeakMap<ExpressAuthConfig, ResolvedConfig>()

/**
 * Turns options into a configuration, once per options object: unknown keys are rejected, the environment and
 * defaults filled in, everything checked. The object passed in is never changed.
 *
 * @throws {ConfigError} with the fix in its message
 */
export function resolveConfig(options: ExpressAuthConfig): ResolvedConfig {
  requireOptions(options)
  const known = resolved.get(options)
  if (known) return known
  const config = Object.freeze(resolve(options, new ProcessMemory()))
  resolved.set(options, config)
  return config
}

const chosen = perSource(() => new WeakMap<ExpressAuthConfig, ResolvedConfig>())

/**
 * Turns the options that a function chose for a request into a configuration, once per function and options object.
 *
 * @param memory of the function
 * @throws {ConfigError} with the fix in its message
 */
export function resolveChosenConfig(options: ExpressAuthConfig, memory: ProcessMemory): ResolvedConfig {
  requireOptions(options)
  const known = chosen({ memory }).get(options)
  if (known) return known
  const own = resolve(options, memory)
  const config = Object.freeze(keepMemoryStores(own, own.tenant?.id ?? digestContent(own)))
  chosen({ memory }).set(options, config)
  return config
}

function requireOptions(options: unknown): void {
  if (typeof options !== "object" || options === null)
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      "ExpressAuth needs a configuration: ExpressAuth({ providers: [GitHub] }).",
    )
}

/** A function may return the same questionable configuration at each request: each warning is given once. */
function warningOnce(logger: Logger, memory: ProcessMemory): Logger {
  if (!memory.isOfFunction) return logger
  const warn: Logger["warn"] = (code, message = "") => warnOnce({ memory, logger }, { code, message })
  return { ...logger, warn }
}

function resolve(options: ExpressAuthConfig, memory: ProcessMemory): ResolvedConfig {
  const env = readEnvironment()
  const logger = resolveLogger(options)
  const config = { ...resolveOptions(options, env, warningOnce(logger, memory)), logger, memory }
  return config.tenant ? bindToTenant(config, config.tenant) : config
}

function resolveOptions(
  options: ExpressAuthConfig,
  env: Environment,
  logger: Logger,
): Omit<ResolvedConfig, "logger" | "memory"> {
  rejectUnknownOptions(options, logger)
  if (!Array.isArray(options.providers))
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      "`providers` must be an array, e.g. providers: [GitHub].",
    )
  const url = resolveUrl(options, env, logger)
  const providers = resolveProviders(options.providers, env, logger)
  requireCredentials(providers, env, url)
  if (env.production) warnOfPlainHttp(providers, logger)
  warnOfUnprovenPasswords(options, providers, logger)
  const session = resolveSession(options)
  checkAdapter(options.adapter, session.strategy, new Set(providers.map(({ type }) => type)))
  const secrets = resolveSecrets(options, env, logger)
  return {
    production: env.production,
    secrets,
    baseSecrets: secrets,
    tenant: resolveTenant(options.tenant),
    jwtSecret: typeof options.secret === "string" && options.secret ? options.secret : secrets,
    ...url,
    trustedOrigins: resolveTrustedOrigins(options.trustedOrigins),
    redirectProxyUrl: options.redirectProxyUrl ?? env.redirectProxyUrl,
    providers,
    session,
    ...resolveStores(options, session),
    limits: resolveLimits(options.limits),
    jwt: resolveJwt(options.jwt),
    callbacks: options.callbacks ?? {},
    events: options.events ?? {},
    adapter: options.adapter,
    pages: resolvePages(options.pages),
    messages: resolveMessages(options.messages),
    theme: options.theme ?? {},
    useSecureCookies: options.useSecureCookies,
    cookies: { plain: resolveCookies(options, false), secure: resolveCookies(options, true) },
    skipCSRFCheck: resolveSkipCsrfCheck(options.skipCSRFCheck),
    bodyLimit: requirePositive("bodyLimit", options.bodyLimit ?? 100 * 1024),
  }
}

/** Read at every failed sign-in: what is no text would be shown as such. */
function resolveMessages(messages: ResolvedConfig["messages"] = {}): ResolvedConfig["messages"] {
  const [code, text] = Object.entries(messages).find((entry) => typeof entry[1] !== "string") ?? []
  if (code === undefined) return messages
  throw new ConfigError("ERR_AUTH_INVALID_OPTION", `messages.${code} is ${String(text)}; expected a text.`)
}

function resolveJwt(jwt: ResolvedConfig["jwt"] = {}): ResolvedConfig["jwt"] {
  if (jwt.maxAge !== undefined) requirePositive("jwt.maxAge", jwt.maxAge)
  return jwt
}

/** Only core's symbol turns the check off: nobody writes `skipCSRFCheck: false` to have none. */
function resolveSkipCsrfCheck(asked: unknown): boolean {
  if (asked === undefined || asked === false) return false
  if (asked === skipCSRFCheck) return true
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "`skipCSRFCheck` must be the symbol of that name from @auth/core, or left out: without the check other sites can " +
      "sign your visitors in and out.",
  )
}
