import { IncomingMessage } from "node:http"
import type { Request } from "express"
import type { ExpressAuthOptions } from "../config/options.js"
import { type ResolvedConfig, resolveConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { type ConfigChooser, chooseConfig } from "./choose-config.js"
import { Mount } from "./mount.js"

/** The `config` argument of `ExpressAuth` and the free functions: an options object, or a function that returns one. */
export type ConfigSource = ExpressAuthOptions<Request>

const chosen = new WeakMap<Request, Map<ConfigChooser, Promise<ResolvedConfig>>>()

/**
 * Returns the configuration of a request. A function is called once per request, so that guard, session and router use
 * the same configuration.
 *
 * @throws {ConfigError} when the configuration is invalid
 */
export function configFor(source: ConfigSource, req: Request): ResolvedConfig | Promise<ResolvedConfig> {
  if (typeof source !== "function") return resolveConfig(source)
  const bySource = chosen.get(req) ?? new Map<ConfigChooser, Promise<ResolvedConfig>>()
  const config = bySource.get(source) ?? chooseConfig(source, req)
  chosen.set(req, bySource.set(source, config))
  return config
}

/**
 * Returns the configuration for a call without a request.
 *
 * @param what the caller as users know it, e.g. `auth.sessions`
 * @param free the free function to use instead, e.g. `sessionsOf`
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` when a function chooses the configuration
 */
export function fixedConfig(source: ConfigSource, what: string, free: string): ResolvedConfig {
  if (typeof source !== "function") return resolveConfig(source)
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `${what} has no request to choose a configuration by, and ExpressAuth() got a function. Call ${free}(config) with ` +
      "one of the configurations.",
  )
}

/**
 * Validates a configuration object when the app starts, instead of at its first request.
 *
 * @param caller the function that received the configuration, e.g. `ExpressAuth`
 * @returns the configuration of every request; `undefined` when a function chooses it
 * @throws {ConfigError} when the configuration is invalid
 */
export function checkConfig(source: ConfigSource, caller: string): ResolvedConfig | undefined {
  requireCalled(source, `${caller}(config)`, caller)
  return typeof source === "function" ? undefined : resolveConfig(source)
}

/**
 * Detects a missing call: `app.use(auth.session)` instead of `app.use(auth.session())` makes Express call the factory
 * with a request.
 *
 * @param argument the first argument of the factory
 * @param call the correct call, e.g. `auth.requireAuth()`
 * @param written what the app probably wrote; by default `call` without its parentheses
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` when `argument` is a request
 */
export function requireCalled(argument: unknown, call: string, written = call.replace(/\(.*/, "")): void {
  if (!(argument instanceof IncomingMessage)) return
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `Express called \`${written}\` with a request, because it was passed without being called. Write ${call}: ` +
      `app.use(${written === "ExpressAuth" ? '"/auth", ExpressAuth({ providers: [GitHub] })' : call}).`,
  )
}

/**
 * Passes the error of {@link requireCalled} to `next` if there is one: `io.engine.use(auth.session)` would throw in the
 * server's event handler and end the process.
 *
 * @param passed the arguments of the factory
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` without `next`
 */
export function reportUncalled(passed: readonly unknown[], call: string): void {
  const [argument, , next] = passed
  try {
    requireCalled(argument, call)
  } catch (error) {
    if (typeof next !== "function") throw error
    next(error)
  }
}

/**
 * Creates the error of a middleware that runs on a server other than Express.
 *
 * @param what the middleware, e.g. `requireAuth()`
 */
export function needsExpress(what: string): ConfigError {
  return new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `${what} needs Express, because it reads the mount path from Express's routing. On other servers use session() ` +
      "and check req.auth, or await getSession(req, config).",
  )
}

const mounts = new WeakMap<ConfigSource, Mount>()

/** Returns the mount of `ExpressAuth(source)`, which free functions such as `requireAuth(source)` share. */
export function mountOf(source: ConfigSource): Mount {
  const mount = mounts.get(source) ?? new Mount()
  mounts.set(source, mount)
  return mount
}
