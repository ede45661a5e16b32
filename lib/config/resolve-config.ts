import { ConfigError } from "../errors.js"
import type { TextOverrides } from "../texts/texts.js"
import type { OwnViews } from "../views/own-views.js"
import { announceInbox } from "./announce-inbox.js"
import { checkAdapter } from "./check-adapter.js"
import { dropDevelopmentOnly } from "./development-only.js"
import { type Environment, readEnvironment } from "./env.js"
import { keepMemoryStores } from "./keep-memory-stores.js"
import { type Logger, resolveLogger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"
import { requirePasswordStore } from "./password-provider.js"
import { ProcessMemory, perSource, warnOnce } from "./process-memory.js"
import { rejectUnknownOptions } from "./reject-unknown-options.js"
import { requireCredentials } from "./require-credentials.js"
import { requirePositive } from "./require-positive.js"
import { requireTypes } from "./require-types.js"
import { type ResolvedAudit, resolveAudit } from "./resolve-audit.js"
import { type CookieSet, resolveCookies } from "./resolve-cookies.js"
import { type ResolvedLimits, resolveLimits } from "./resolve-limits.js"
import { type ResolvedNotices, resolveNotices } from "./resolve-notices.js"
import { resolvePages } from "./resolve-pages.js"
import { type ResolvedProvider, resolveProviders } from "./resolve-providers.js"
import { resolveSecrets } from "./resolve-secrets.js"
import { type ResolvedSession, resolveSession, warnOfLateRenewal } from "./resolve-session.js"
import { type ResolvedStores, resolveStores } from "./resolve-stores.js"
import { resolveTexts } from "./resolve-texts.js"
import { resolveTrustedOrigins } from "./resolve-trusted-origins.js"
import { resolveUrl } from "./resolve-url.js"
import { resolveViews } from "./resolve-views.js"
import { type ProviderToSetUp, separateIncomplete } from "./separate-incomplete.js"
import { bindToTenant, digestContent, resolveTenant, type Tenant } from "./tenant.js"
import { warnOfPlainHttp } from "./warn-of-plain-http.js"
import { warnOfUnprovenPasswords } from "./warn-of-unproven-passwords.js"

/** The configuration that the library works with: options, environment and defaults combined, validated and frozen. */
export interface ResolvedConfig extends ResolvedStores {
  /** Whether NODE_ENV is `"production"`. */
  readonly production: boolean
  /** Whether NODE_ENV is `"development"`. Anything shown to the developer also requires `isDevelopmentRequest`. */
  readonly development: boolean
  /** The tenant's secrets, newest first. The first one signs and encrypts; all are accepted. */
  readonly secrets: readonly [string, ...string[]]
  /** The configured secrets, from which those of the tenant are derived: for data of the server or of all tenants. */
  readonly baseSecrets: readonly [string, ...string[]]
  /** The tenant. Without one, sessions are interchangeable with those of `@auth/core`. */
  readonly tenant: Tenant | undefined
  /**
   * The secret as core passes it to `jwt.encode` and `jwt.decode`: a string if the option is one, otherwise the array.
   */
  readonly jwtSecret: string | readonly string[]
  /** The origin of `url` or AUTH_URL. */
  readonly origin: string | undefined
  /** `basePath`, or the path of `url`: the mount as browsers see it, without a trailing slash. */
  readonly basePath: string | undefined
  /** The hosts that requests may be sent to, in lower case; `undefined` for any. */
  readonly hosts: readonly string[] | undefined
  /** Whether X-Forwarded-* headers are trusted without Express's `trust proxy`. Set explicitly only. */
  readonly trustHost: boolean
  /** Other origins whose pages may post to us with the CSRF token, and to which users may be redirected. */
  readonly trustedOrigins: readonly string[]
  /** The URL of the redirect proxy for preview deployments. */
  readonly redirectProxyUrl: string | undefined
  /** The providers with their options merged. */
  readonly providers: readonly ResolvedProvider[]
  /** In development, the providers that are left out because their credentials are missing. */
  readonly providersToSetUp: readonly ProviderToSetUp[]
  /** The `session` option with its defaults; times are in seconds. */
  readonly session: ResolvedSession
  /** The `limits` option with its defaults. */
  readonly limits: ResolvedLimits
  /** The `jwt` option. */
  readonly jwt: Readonly<NonNullable<ExpressAuthConfig["jwt"]>>
  /** The `callbacks` option. */
  readonly callbacks: Readonly<NonNullable<ExpressAuthConfig["callbacks"]>>
  /** The `events` option. */
  readonly events: Readonly<NonNullable<ExpressAuthConfig["events"]>>
  /** The `adapter` option. */
  readonly adapter: ExpressAuthConfig["adapter"]
  /** The `pages` option, as values for `Location` headers. */
  readonly pages: Readonly<NonNullable<ExpressAuthConfig["pages"]>>
  /** The `messages` option. */
  readonly messages: NonNullable<ExpressAuthConfig["messages"]>
  /** The language of a request: the `locale` option. */
  readonly locale: ExpressAuthConfig["locale"]
  /** The `texts` option by canonical language tag. */
  readonly texts: TextOverrides
  /** What users are told of by mail; `undefined` if nothing. */
  readonly notices: ResolvedNotices | undefined
  /** The `sendMail` option. */
  readonly sendMail: ExpressAuthConfig["sendMail"]
  /** The `lastUsed` option. */
  readonly lastUsed: boolean
  /** The `theme` option. */
  readonly theme: Readonly<NonNullable<ExpressAuthConfig["theme"]>>
  /** Returns the app's own templates: the `views` option, read again in development. */
  readonly views: (() => OwnViews) | undefined
  /** The `logger` option or the console, with redacted debug messages. */
  readonly logger: Logger
  /** The `useSecureCookies` option; `undefined` to follow the protocol of each request. */
  readonly useSecureCookies: boolean | undefined
  /** The cookies for plain HTTP and for HTTPS. */
  readonly cookies: { readonly plain: CookieSet; readonly secure: CookieSet }
  /** Whether the app disabled the CSRF check. */
  readonly skipCSRFCheck: boolean
  /** Bytes. */
  readonly bodyLimit: number
  /** The audit trail; `undefined` if nothing is recorded. */
  readonly audit: ResolvedAudit | undefined
  /** The identity of the configuration source, by which counters, used keys and caches are kept. */
  readonly memory: ProcessMemory
}

const resolved = new WeakMap<ExpressAuthConfig, ResolvedConfig>()

/**
 * Resolves options to a configuration, once per options object: rejects unknown names, adds the environment and
 * defaults, and validates everything. The options object is not modified.
 *
 * @throws {ConfigError} when the options are invalid; the message names the fix
 */
export function resolveConfig(options: ExpressAuthConfig): ResolvedConfig {
  requireOptions(options)
  const cached = resolved.get(options)
  if (cached) return cached
  const config = Object.freeze(resolve(options, new ProcessMemory()))
  resolved.set(options, config)
  return config
}

const chosen = perSource(() => new WeakMap<ExpressAuthConfig, ResolvedConfig>())

/**
 * Resolves options that a function returned, once per function and options object.
 *
 * @param memory the identity of the function
 * @throws {ConfigError} when the options are invalid; the message names the fix
 */
export function resolveChosenConfig(options: ExpressAuthConfig, memory: ProcessMemory): ResolvedConfig {
  requireOptions(options)
  const cached = chosen({ memory }).get(options)
  if (cached) return cached
  const fresh = resolve(options, memory)
  const config = Object.freeze(keepMemoryStores(fresh, fresh.tenant?.id ?? digestContent(fresh)))
  chosen({ memory }).set(options, config)
  return config
}

function requireOptions(options: unknown): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return
  const what = Array.isArray(options) ? "got an array" : "needs a configuration"
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `ExpressAuth ${what}: write ExpressAuth({ providers: [GitHub] }).`,
  )
}

/** Logs each warning once for a function, which may return the same questionable configuration for every request. */
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
  requireTypes(options, logger)
  if (!Array.isArray(options.providers))
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      "`providers` must be an array, e.g. providers: [GitHub].",
    )
  const url = resolveUrl(options, env, logger)
  const all = dropDevelopmentOnly(resolveProviders(options.providers, env, logger), env, logger)
  const { providers, providersToSetUp } = separateIncomplete(all, env, logger)
  requireCredentials(providers, env, url)
  announceInbox(providers, env, logger)
  if (env.production) warnOfPlainHttp(providers, logger)
  warnOfUnprovenPasswords(options, providers, logger)
  const session = resolveSession(options)
  warnOfLateRenewal(session, logger)
  checkAdapter(options.adapter, session.strategy, new Set(providers.map(({ type }) => type)))
  requirePasswordStore(options.adapter, providers)
  const secrets = resolveSecrets(options, env, logger)
  return {
    production: env.production,
    development: env.development,
    secrets,
    baseSecrets: secrets,
    tenant: resolveTenant(options.tenant),
    jwtSecret: typeof options.secret === "string" && options.secret ? options.secret : secrets,
    ...url,
    trustedOrigins: resolveTrustedOrigins(options.trustedOrigins),
    redirectProxyUrl: options.redirectProxyUrl ?? env.redirectProxyUrl,
    providers,
    providersToSetUp,
    session,
    ...resolveStores(options, session),
    audit: resolveAudit(options),
    limits: resolveLimits(options.limits),
    jwt: resolveJwt(options.jwt),
    callbacks: options.callbacks ?? {},
    events: options.events ?? {},
    adapter: options.adapter,
    pages: resolvePages(options.pages),
    messages: resolveMessages(options.messages),
    ...resolveTexts(options, logger),
    notices: resolveNotices(options, providers),
    sendMail: options.sendMail,
    lastUsed: options.lastUsed ?? true,
    theme: options.theme ?? {},
    views: resolveViews(options.views, env, logger),
    useSecureCookies: options.useSecureCookies,
    cookies: { plain: resolveCookies(options, false), secure: resolveCookies(options, true) },
    skipCSRFCheck: resolveSkipCsrfCheck(options.skipCSRFCheck),
    bodyLimit: requirePositive("bodyLimit", options.bodyLimit ?? 100 * 1024),
  }
}

/** Requires strings: other values would be displayed at the next failed sign-in. */
function resolveMessages(messages: ResolvedConfig["messages"] = {}): ResolvedConfig["messages"] {
  const [code, text] = Object.entries(messages).find((entry) => typeof entry[1] !== "string") ?? []
  if (code === undefined) return messages
  throw new ConfigError("ERR_AUTH_INVALID_OPTION", `messages.${code} is ${String(text)}; expected a string.`)
}

function resolveJwt(jwt: ResolvedConfig["jwt"] = {}): ResolvedConfig["jwt"] {
  if (jwt.maxAge !== undefined) requirePositive("jwt.maxAge", jwt.maxAge)
  return jwt
}

/** Only core's symbol disables the check, so that no app does so by mistake. Known by its name: core loads later. */
function resolveSkipCsrfCheck(value: unknown): boolean {
  if (value === undefined || value === false) return false
  if (typeof value === "symbol" && value.description === "skip-csrf-check") return true
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    "`skipCSRFCheck` must be the symbol of that name from @auth/core. Leave it out unless another middleware checks for " +
      "CSRF: without a check, other sites can sign your visitors in and out.",
  )
}
