import type { NamesPreset } from "../database/index.js"
import { UsageError } from "./cli-error.js"

const presets: readonly string[] = [
  "pg-adapter",
  "kysely-adapter",
  "prisma",
  "snake_case",
] satisfies NamesPreset[]

/** The option `names` of `database()`, as an option of commands. */
export const namesOption = {
  type: "string",
  placeholder: "<preset>",
  describe: `the names of tables and columns: ${presets.join(", ")}`,
} as const

/**
 * Checks the value of the option.
 *
 * @throws {UsageError} for another word
 */
export function toNames(value: string | undefined): NamesPreset | undefined {
  if (value === undefined || isPreset(value)) return value
  throw new UsageError(`--names is ${JSON.stringify(value)}; expected one of ${presets.join(", ")}.`)
}

function isPreset(value: string): value is NamesPreset {
  return presets.includes(value)
}
