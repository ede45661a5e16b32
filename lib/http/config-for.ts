import { IncomingMessage } from "node:http"
import type { Request } from "express"
import type { ExpressAuthOptions } from "../config/options.js"
import { type ResolvedConfig, resolveConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { type ConfigChooser, chooseConfig } from "./choose-config.js"
import { Mount } from "./mount.js"

/** The configuration as the user gave it: one for all requests, or a function that chooses. */
export type ConfigSource = ExpressAuthOptions<Request>

const chosen = new WeakMap<Request, Map<ConfigChooser, Promise<ResolvedConfig>>>()

/**
 * The configuration for one request. A function is asked once for each, so that guard, session and router agree.
 *
 * @throws {ConfigError} where it cannot work
 */
export function configFor(source: ConfigSource, req: Request): ResolvedConfig | Promise<ResolvedConfig> {
  if (typeof source !== "function") return resolveConfig(source)
  const bySource = chosen.get(req) ?? new Map<ConfigChooser, Promise<ResolvedConfig>>()
  const config = bySource.get(source) ?? chooseConfig(source, req)
  chosen.set(req, bySource.set(source, config))
  return config
}

/**
 * The configuration where there is no request to choose one by.
 *
 * @param what is asked for, e.g. `auth.sessions`
 * @param free the function that takes the configuration meant, e.g. `sessionsOf`
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` where the configuration depends on the request
 */
export function fixedConfig(source: ConfigSource, what: string, free: string): ResolvedConfig {
  if (typeof source !== "function") return resolveConfig(source)
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `${what} needs to know the configuration: here it depends on the request. Use ${free}(config) with the one you mean.`,
  )
}

/**
 * Finds faults of a fixed configuration when the app is put together, not at its first request.
 *
 * @param caller the function that was given the configuration, as users know it, e.g. `ExpressAuth`
 * @throws {ConfigError} where it cannot work
 */
export function checkConfig(source: ConfigSource, caller: string): void {
  requireCalled(source, `${caller}(config)`, caller)
  if (typeof source !== "function") resolveConfig(source)
}

/**
 * Fails where Express was given a function that makes a middleware, instead of the middleware that it makes, and
 * therefore calls it with a request.
 *
 * @param argument the first argument of the function
 * @param call what to write, e.g. `auth.requireAuth()`
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function requireCalled(argument: unknown, call: string, written = call.replace(/\(.*/, "")): void {
  if (!(argument instanceof IncomingMessage)) return
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `Express was given \`${written}\` itself and called it with a request. Write ${call}, with the parentheses: ` +
      `app.use(${written === "ExpressAuth" ? '"/auth", ExpressAuth({ providers: [GitHub] })' : call}).`,
  )
}

/**
 * What a middleware says on a server other than Express.
 *
 * @param what the middleware, e.g. `requireAuth()`
 */
export function needsExpress(what: string): ConfigError {
  return new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `${what} needs Express, whose routing tells it where to send the visitor; on other servers use session() and ` +
      "look at req.auth, or await getSession(req, config).",
  )
}

const mounts = new WeakMap<ConfigSource, Mount>()

/** What is known of the mount of `ExpressAuth(source)`; `requireAuth(source)` elsewhere shares it. */
export function mountOf(source: ConfigSource): Mount {
  const mount = mounts.get(source) ?? new Mount()
  mounts.set(source, mount)
  return mount
}
