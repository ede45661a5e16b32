import leven from "leven"
import { ConfigError } from "../errors.js"

/**
 * Fails on an option nobody reads, naming the one that was probably meant.
 *
 * @throws {ConfigError} `ERR_AUTH_UNKNOWN_OPTION`
 */
export function rejectUnknownOptions(options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name) || name === "raw") continue
    const [nearest] = known.toSorted((a, b) => leven(a, name) - leven(b, name))
    const hint = nearest && leven(nearest, name) <= 3 ? ` Did you mean "${nearest}"?` : ""
    throw new ConfigError(
      "ERR_AUTH_UNKNOWN_OPTION",
      `Unknown option "${name}".${hint} Known options: ${known.join(", ")}.`,
    )
  }
}
