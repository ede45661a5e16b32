import { findNearest } from "../config/find-nearest.js"
import { packageRequire } from "../config/package-require.js"
import { ExpressAuthError } from "../errors.js"
import { CliError, exitCodes, UsageError } from "./cli-error.js"
import { alignRows } from "./command.js"
import { commands } from "./commands.js"
import { paint, print, warn } from "./terminal.js"

/**
 * Runs the command line.
 *
 * @param args what follows `npx express-authjs`
 * @returns the exit code: 0 for success, 1 for a failure or a problem found, 2 for a wrong command line
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    return await choose(args)
  } catch (error) {
    warn(`${paint("red", "✗", process.stderr)} ${messageOf(error)}`)
    return error instanceof CliError ? error.exitCode : exitCodes.failed
  }
}

async function choose([first, ...rest]: readonly string[]): Promise<number> {
  if (first === undefined || first === "--help" || first === "-h") return show(overview())
  if (first === "--version") return show(ownVersion())
  if (first === "help" && rest[0] !== undefined) return choose([rest[0], "--help"])
  const entry = Object.hasOwn(commands, first) ? commands[first] : undefined
  if (!entry) throw new UsageError(unknownCommand(first))
  const command = await entry.load()
  const needsHelp = rest.includes("--help") || rest.includes("-h")
  return needsHelp ? show(`${entry.summary}\n\n${command.help(first)}`) : command.start(rest)
}

function show(text: string): number {
  print(text)
  return exitCodes.done
}

function overview(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const)
  return [
    "Usage: npx express-authjs <command> [options]\n",
    ...alignRows(rows),
    "\nnpx express-authjs <command> --help describes a command. Without a terminal nothing is asked.",
  ].join("\n")
}

function unknownCommand(name: string): string {
  const nearest = findNearest(name, Object.keys(commands))
  const hint = nearest === undefined ? "" : ` Did you mean "${nearest}"?`
  return `Unknown command ${JSON.stringify(name)}.${hint} Commands: ${Object.keys(commands).join(", ")}.`
}

function ownVersion(): string {
  const { version }: { version: string } = packageRequire()("express-authjs/package.json")
  return version
}

/** An unexpected error is shown with its stack, for the bug report. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isExpected = error instanceof CliError || error instanceof ExpressAuthError || "syscall" in error
  return isExpected ? error.message : (error.stack ?? error.message)
}
