import type { SerializeOptions } from "cookie"
import { ConfigError } from "../errors.js"
import { findNearest } from "./find-nearest.js"
import { describeSuccessor, nextOnly, successors } from "./former-names.js"
import type { Logger } from "./logger.js"
import { type ExpressAuthConfig, memberNames, optionNames } from "./options.js"

/**
 * Throws for an unknown option, and suggests the option that was probably meant or that replaced it. Options for
 * Next.js only cause a warning.
 *
 * @throws {ConfigError} `ERR_AUTH_UNKNOWN_OPTION`, `ERR_AUTH_INVALID_OPTION`
 */
export function rejectUnknownOptions(options: ExpressAuthConfig, logger: Pick<Logger, "warn">): void {
  rejectUnknownNames(options, { known: optionNames, silent: ["raw"], prefix: "" }, logger)
  for (const [option, names] of Object.entries(memberNames)) {
    const members: unknown = options[option as keyof typeof memberNames]
    if (members === undefined || switches[option]?.includes(members)) continue
    requireObject(option, members)
    const silent = option === "jwt" ? ["codec", "jwks"] : []
    rejectUnknownNames(members, { known: Object.keys(names), silent, prefix: `${option}.` }, logger)
    rejectUnknownParts(option, members, logger)
  }
}

/** Options that are objects, or one of these values. */
const switches: Readonly<Record<string, readonly unknown[]>> = {
  audit: [true, false],
  limits: [false],
  notices: [true, false],
}

interface Names {
  readonly known: readonly string[]
  /** Accepted but not listed in messages: what `signed()` adds, and internals of core. */
  readonly silent: readonly string[]
  readonly prefix: string
}

/** The names inside the members of an option. */
const parts: Readonly<Record<string, readonly string[]>> = {
  cookies: ["name", "options"],
  limits: ["limit", "window"],
}

/** Those of the package `cookie`, which core's types contain. */
const cookieOptions: readonly (keyof SerializeOptions)[] = [
  "domain",
  "encode",
  "expires",
  "httpOnly",
  "maxAge",
  "partitioned",
  "path",
  "priority",
  "sameSite",
  "secure",
]

function rejectUnknownParts(option: string, members: object, logger: Pick<Logger, "warn">): void {
  const known = parts[option]
  if (!known) return
  for (const [name, part] of Object.entries(members)) {
    if (typeof part !== "object" || part === null) continue
    const prefix = `${option}.${name}.`
    rejectUnknownNames(part, { known, silent: [], prefix }, logger)
    if (option === "cookies" && part.options)
      rejectUnknownNames(
        part.options,
        { known: cookieOptions, silent: [], prefix: `${prefix}options.` },
        logger,
      )
  }
}

function rejectUnknownNames(
  options: object,
  { known, silent, prefix }: Names,
  logger: Pick<Logger, "warn">,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (known.includes(name) || silent.includes(name)) continue
    const option = prefix + name
    if (nextOnly.has(option)) {
      if (value !== undefined) logger.warn("next-only-option", nextOnlyWarning(option))
      continue
    }
    throw new ConfigError(
      "ERR_AUTH_UNKNOWN_OPTION",
      `Unknown option "${option}".${hint(name, known, prefix)} ` +
        `Known options: ${known.map((other) => prefix + other).join(", ")}.`,
    )
  }
}

function hint(name: string, known: readonly string[], prefix: string): string {
  const option = prefix + name
  if (Object.hasOwn(successors, option)) return describeSuccessor(successors[option])
  const nearest = findNearest(name, known)
  return nearest === undefined ? "" : ` Did you mean "${prefix}${nearest}"?`
}

function nextOnlyWarning(option: string): string {
  return `\`${option}\` is for Next.js and has no effect in Express. Use instead: ${successors[option]}.`
}

function requireObject(option: string, members: unknown): asserts members is object {
  if (typeof members === "object" && members !== null) return
  const fix = option === "theme" ? ` Write theme: { colorScheme: ${JSON.stringify(members)} }.` : ""
  throw new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `\`${option}\` must be an object, not ${JSON.stringify(members) ?? typeof members}.${fix}`,
  )
}
