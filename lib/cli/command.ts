import { type ParseArgsConfig, parseArgs } from "node:util"
import { findNearest } from "../config/find-nearest.js"
import { UsageError } from "./cli-error.js"

type ParsedOption = NonNullable<ParseArgsConfig["options"]>[string]

/** An option of a command: what `parseArgs` needs, and what `--help` says. */
interface Option extends ParsedOption {
  /** One phrase for `--help`. */
  readonly describe: string
  /** Stands for the value in `--help`, e.g. `"<path>"`. */
  readonly placeholder?: string
}

type Options = Readonly<Record<string, Option>>
type Values<Given extends Options> = ReturnType<typeof parseArgs<{ options: Given }>>["values"]

interface Definition<Given extends Options> {
  /** What follows the command's name, e.g. `"[folder] [options]"`. */
  readonly usage: string
  /** What else `--help` says: behaviour, exit codes, examples. */
  readonly details: string
  readonly options: Given
  /** How many arguments without dashes the command takes. @default 0 */
  readonly maxArguments?: number
  /** Does the work. */
  run(values: Values<Given>, names: readonly string[]): Promise<number>
}

/** A command of the command line, ready to run. */
export interface Command {
  /** Returns what `--help` says, after the summary. */
  help(name: string): string
  /**
   * Parses the arguments and does the work.
   *
   * @returns the exit code
   * @throws {CliError}
   */
  start(args: readonly string[]): Promise<number>
}

/** Joins what a command is, what it accepts and what it does. */
export function defineCommand<const Given extends Options>(definition: Definition<Given>): Command {
  const { options, maxArguments = 0 } = definition
  return {
    help: (name) => describe(name, definition),
    start(args) {
      const { values, positionals } = parse(args, options)
      if (positionals.length > maxArguments)
        throw new UsageError(`Unexpected argument: ${JSON.stringify(positionals[maxArguments])}.`)
      return definition.run(values, positionals)
    },
  }
}

function parse<Given extends Options>(args: readonly string[], options: Given) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(explain(error, Object.keys(options)))
  }
}

/** Node's message names the option, and advises how to pass values that begin with a dash. */
function explain(error: unknown, known: readonly string[]): string {
  const [first = "Invalid arguments."] = String(error instanceof Error ? error.message : error).split(". ")
  const [, unknown] = /^Unknown option '--([^']+)'/.exec(first) ?? []
  const nearest = unknown === undefined ? undefined : findNearest(unknown, known)
  return `${first.replace(/\.$/, "")}.${nearest === undefined ? "" : ` Did you mean --${nearest}?`}`
}

function describe(name: string, { usage, details, options }: Omit<Definition<Options>, "run">): string {
  const all: [string, Option][] = [
    ...Object.entries(options),
    ["help", { type: "boolean", short: "h", describe: "show this text" }],
  ]
  const rows = all.map(([long, option]) => [flagOf(long, option), option.describe] as const)
  return [`Usage: npx express-authjs ${name} ${usage}\n`, ...alignRows(rows), `\n${details}`].join("\n")
}

function flagOf(long: string, { short, placeholder }: Option): string {
  return `${short ? `-${short}, ` : ""}--${long}${placeholder ? ` ${placeholder}` : ""}`
}

/** Returns a line per row, with the second column aligned. */
export function alignRows(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length))
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`)
}
