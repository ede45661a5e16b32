import { randomBytes } from "node:crypto"
import { ConfigError } from "../errors.js"
import { checkAdapter } from "./adapter-extras.js"
import { type CookieSet, resolveCookies } from "./cookies.js"
import { type Environment, readEnvironment } from "./env.js"
import { type Logger, resolveLogger } from "./logger.js"
import { type ExpressAuthConfig, optionNames, type SessionOptions } from "./options.js"
import { rejectUnknownOptions } from "./reject-unknown-options.js"
import { type ResolvedProvider, resolveProviders } from "./resolve-providers.js"
import { resolveUrl } from "./resolve-url.js"

interface Session extends Required<Omit<SessionOptions, "absoluteMaxAge" | "generateSessionToken">> {
  absoluteMaxAge: number | undefined
  generateSessionToken: (() => string) | undefined
}

/** What `ExpressAuth` works with: options, environment and defaults put together, checked and frozen. */
export interface ResolvedConfig {
  readonly production: boolean
  /** Newest first; new cookies are made with the first, all of them are accepted. */
  readonly secrets: readonly [string, ...string[]]
  /** Our origin, where `url` or AUTH_URL says it. */
  readonly origin: string | undefined
  /** The path browsers see, where `basePath` or the path of `url` says it; without a trailing slash. */
  readonly basePath: string | undefined
  readonly hosts: readonly string[] | undefined
  /** X-Forwarded-* may be believed even without Express's `trust proxy`: said so explicitly. */
  readonly trustHost: boolean
  readonly redirectProxyUrl: string | undefined
  readonly providers: readonly ResolvedProvider[]
  readonly session: Readonly<Session>
  readonly revocation: ExpressAuthConfig["revocation"]
  readonly jwt: Readonly<NonNullable<ExpressAuthConfig["jwt"]>>
  readonly callbacks: Readonly<NonNullable<ExpressAuthConfig["callbacks"]>>
  readonly events: Readonly<NonNullable<ExpressAuthConfig["events"]>>
  readonly adapter: ExpressAuthConfig["adapter"]
  readonly pages: Readonly<NonNullable<ExpressAuthConfig["pages"]>>
  readonly theme: Readonly<NonNullable<ExpressAuthConfig["theme"]>>
  readonly logger: Logger
  readonly useSecureCookies: boolean | undefined
  readonly cookies: { readonly plain: CookieSet; readonly secure: CookieSet }
  readonly skipCSRFCheck: boolean
  readonly bodyLimit: number
}

const resolved = new WeakMap<ExpressAuthConfig, ResolvedConfig>()

/**
 * Turns options into a configuration, once per options object: unknown keys are rejected, the environment and
 * defaults filled in, everything checked. The object passed in is never changed.
 *
 * @throws {ConfigError} with the fix in its message
 */
export function resolveConfig(options: ExpressAuthConfig): ResolvedConfig {
  if (typeof options !== "object" || options === null)
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      "ExpressAuth needs a configuration: ExpressAuth({ providers: [GitHub] }).",
    )
  const known = resolved.get(options)
  if (known) return known
  const config = Object.freeze(resolve(options, readEnvironment()))
  resolved.set(options, config)
  return config
}

function resolve(options: ExpressAuthConfig, env: Environment): ResolvedConfig {
  rejectUnknownOptions(options, optionNames)
  if (!Array.isArray(options.providers))
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      "`providers` must be an array, e.g. providers: [GitHub].",
    )
  const logger = resolveLogger(options)
  const url = resolveUrl(options, env, logger)
  const providers = resolveProviders(options.providers, env, logger)
  const session = resolveSession(options)
  checkAdapter(options.adapter, session.strategy, new Set(providers.map(({ type }) => type)))
  return {
    production: env.production,
    secrets: resolveSecrets(options, env, logger),
    ...url,
    redirectProxyUrl: options.redirectProxyUrl ?? env.redirectProxyUrl,
    providers,
    session,
    revocation: options.revocation,
    jwt: options.jwt ?? {},
    callbacks: options.callbacks ?? {},
    events: options.events ?? {},
    adapter: options.adapter,
    pages: options.pages ?? {},
    theme: options.theme ?? {},
    logger,
    useSecureCookies: options.useSecureCookies,
    cookies: { plain: resolveCookies(options, false), secure: resolveCookies(options, true) },
    skipCSRFCheck: options.skipCSRFCheck !== undefined,
    bodyLimit: positive("bodyLimit", options.bodyLimit ?? 100 * 1024),
  }
}

const day = 24 * 60 * 60

function resolveSession({ session = {}, adapter }: ExpressAuthConfig): ResolvedConfig["session"] {
  const strategy = session.strategy ?? (adapter ? "database" : "jwt")
  if (strategy !== "jwt" && strategy !== "database")
    throw new ConfigError(
      "ERR_AUTH_INVALID_OPTION",
      `session.strategy is ${JSON.stringify(strategy)}; expected "jwt" or "database".`,
    )
  const maxAge = positive("session.maxAge", session.maxAge ?? 30 * day)
  return Object.freeze({
    strategy,
    maxAge,
    updateAge: session.updateAge ?? Math.min(day, maxAge / 2),
    absoluteMaxAge:
      session.absoluteMaxAge === undefined
        ? undefined
        : positive("session.absoluteMaxAge", session.absoluteMaxAge),
    cache: session.cache ?? 4 * 1024 * 1024,
    revocationFailure: session.revocationFailure ?? "closed",
    generateSessionToken: session.generateSessionToken,
  })
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value
  throw new ConfigError("ERR_AUTH_INVALID_OPTION", `${name} is ${value}; expected a number above 0.`)
}

/** One secret per process, so that every instance in it understands the others' cookies. */
let developmentSecret: string | undefined

function resolveSecrets(
  { secret }: ExpressAuthConfig,
  env: Environment,
  logger: Logger,
): ResolvedConfig["secrets"] {
  const given = [secret?.length ? secret : env.secrets].flat().filter((value) => value !== "")
  const [newest, ...older] = given
  if (newest === undefined) return [inventSecret(env, logger)]
  if (newest.length < 32) rejectWeakSecret(newest, env, logger)
  return [newest, ...older]
}

function inventSecret({ production }: Environment, logger: Logger): string {
  const fix = "Set AUTH_SECRET to the output of `openssl rand -base64 33`."
  if (production)
    throw new ConfigError("ERR_AUTH_MISSING_SECRET", `No secret, and NODE_ENV is "production". ${fix}`)
  if (!developmentSecret)
    logger.warn("development-secret", `No secret: using one until this process ends. ${fix}`)
  developmentSecret ??= randomBytes(32).toString("base64url")
  return developmentSecret
}

function rejectWeakSecret(secret: string, { production }: Environment, logger: Logger): void {
  const message =
    `The newest secret has ${secret.length} characters; at least 32 are needed. Put the output of ` +
    "`openssl rand -base64 33` before it (AUTH_SECRET_1), and keep the short one after it until its sessions have ended."
  if (production) throw new ConfigError("ERR_AUTH_WEAK_SECRET", message)
  logger.warn("weak-secret", message)
}
