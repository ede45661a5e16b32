import { ConfigError } from "../errors.js"
import type { Logger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"

/**
 * Requires the types of options that would otherwise be misread without an error, or fail at a later request. `null`
 * counts as unset.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`
 */
export function requireTypes(options: ExpressAuthConfig, logger: Pick<Logger, "warn">): void {
  const { debug, lastUsed, trustHost, useSecureCookies, experimental, theme, adapter } = options
  const booleans = {
    debug,
    lastUsed,
    trustHost,
    useSecureCookies,
    "experimental.enableWebAuthn": experimental?.enableWebAuthn,
  }
  for (const [name, value] of Object.entries(booleans)) requireBoolean(name, value)
  for (const name of ["callbacks", "events"] as const) requireFunctions(name, options[name])
  if (!isUnset(options.sendMail) && typeof options.sendMail !== "function")
    throw invalid(`\`sendMail\` is ${show(options.sendMail)}; expected a function.`)
  for (const [name, cookie] of Object.entries(options.cookies ?? {}))
    requireOneOf(`cookies.${name}.options.sameSite`, toLower(cookie?.options?.sameSite), sameSites)
  requireOneOf("theme.colorScheme", theme?.colorScheme, ["auto", "dark", "light"])
  requireTheme(theme)
  requireAdapterObject(adapter)
  requireLogger(options.logger, logger)
}

function requireBoolean(name: string, value: unknown): void {
  if (isUnset(value) || typeof value === "boolean") return
  const fix =
    typeof value === "string" ? ' Environment variables are strings: write process.env.X === "true".' : ""
  throw invalid(`\`${name}\` is ${show(value)}; expected true or false.${fix}`)
}

function requireFunctions(option: string, functions: object = {}): void {
  for (const [name, value] of Object.entries(functions))
    if (!isUnset(value) && typeof value !== "function")
      throw invalid(`\`${option}.${name}\` is ${show(value)}; expected a function.`)
}

const sameSites = ["lax", "strict", "none", true, false]

/** `SameSite` is written in any case. */
function toLower(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value
}

function requireOneOf(name: string, value: unknown, choices: readonly unknown[]): void {
  if (isUnset(value) || choices.includes(value)) return
  throw invalid(`\`${name}\` is ${show(value)}; expected ${choices.map(show).join(", ")}.`)
}

const linkNames = ["terms", "privacy", "support"]

/** What visitors read and click must be right; a colour that is not has a default. */
function requireTheme({ name, links }: NonNullable<ExpressAuthConfig["theme"]> = {}): void {
  if (!isUnset(name) && (typeof name !== "string" || name.trim() === ""))
    throw invalid(`\`theme.name\` is ${show(name)}; expected the name of the app.`)
  for (const [member, url] of Object.entries(links ?? {})) {
    if (!linkNames.includes(member))
      throw invalid(`\`theme.links.${member}\` does not exist; expected ${linkNames.join(", ")}.`)
    if (!isUnset(url) && !isLink(url))
      throw invalid(
        `\`theme.links.${member}\` is ${show(url)}; expected a path such as "/${member}", or a URL of https:, http: or mailto:.`,
      )
  }
}

function isLink(url: unknown): boolean {
  if (typeof url !== "string") return false
  if (url.startsWith("/")) return URL.canParse(url, "http://local.invalid")
  return URL.canParse(url) && /^(?:https?|mailto):$/.test(new URL(url).protocol)
}

function requireAdapterObject(adapter: unknown): void {
  if (adapter instanceof Promise)
    throw invalid("`adapter` is a promise; expected an adapter. Await it: adapter: await createAdapter().")
  if (typeof adapter === "function" && !("getUser" in adapter))
    throw invalid(
      "`adapter` is a function; expected an adapter. Call it, e.g. adapter: PostgresAdapter(pool).",
    )
}

const levels = ["error", "warn", "debug"] as const

/** Loggers may have other methods, as Auth.js's type allows, but one with none of these is probably misspelt. */
function requireLogger(logger: ExpressAuthConfig["logger"], { warn }: Pick<Logger, "warn">): void {
  if (isUnset(logger)) return
  if (typeof logger !== "object" && typeof logger !== "function")
    throw invalid(`\`logger\` is ${show(logger)}; expected an object with error(), warn() and debug().`)
  const given: Partial<Record<string, unknown>> = logger
  requireFunctions("logger", Object.fromEntries(levels.map((level) => [level, given[level]])))
  if (levels.every((level) => isUnset(given[level])))
    warn("logger", "`logger` has neither error() nor warn() nor debug(), so the console is used.")
}

function isUnset(value: unknown): value is undefined | null {
  return value === undefined || value === null
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? typeof value
}

function invalid(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
