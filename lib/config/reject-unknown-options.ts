import leven from "leven"
import { ConfigError } from "../errors.js"
import { type ExpressAuthConfig, memberNames, optionNames } from "./options.js"

/**
 * Fails on an option nobody reads, naming the one that was probably meant.
 *
 * @throws {ConfigError} `ERR_AUTH_UNKNOWN_OPTION`, `ERR_AUTH_INVALID_OPTION`
 */
export function rejectUnknownOptions(options: ExpressAuthConfig): void {
  rejectUnknownNames(options, [...optionNames, "raw"])
  for (const [option, names] of Object.entries(memberNames)) {
    const members: unknown = options[option as keyof typeof memberNames]
    if (members === undefined || (option === "limits" && members === false)) continue
    requireObject(option, members)
    rejectUnknownNames(members, Object.keys(names), `${option}.`)
  }
}

function rejectUnknownNames(options: object, known: readonly string[], prefix = ""): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const [nearest] = known.toSorted((a, b) => distance(a, name) - distance(b, name))
    const hint = nearest && distance(nearest, name) <= 3 ? ` Did you mean "${prefix}${nearest}"?` : ""
    throw new ConfigError(
      "ERR_AUTH_UNKNOWN_OPTION",
      `Unknown option "${prefix}${name}".${hint} Known options: ${known.map((one) => prefix + one).join(", ")}.`,
    )
  }
}

function distance(known: string, name: string): number {
  return leven(known.toLowerCase(), name.toLowerCase())
}

function requireObject(option: string, members: unknown): asserts members is object {
  if (typeof members === "object" && members !== null) return
  throw new ConfigError("ERR_AUTH_INVALID_OPTION", `\`${option}\` must be an object, not ${String(members)}.`)
}
