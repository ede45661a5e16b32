import type { AuthConfig } from "@auth/core"
import { AuthError } from "../errors.js"
import { causeOf } from "./cause-of.js"
import { findHint } from "./find-hint.js"

export { causeOf }

/** The log of a configuration. */
export interface Logger {
  /** Logs an error. `id` is the one that the error page shows to the visitor. */
  error(error: unknown, id?: string): void
  /** Logs a warning. `code` is a short name such as `"trust-host"`. */
  warn(code: string, message?: string): void
  /** Logs a debug message, without secrets. Does nothing unless the `debug` option is set. */
  debug(message: string, metadata?: unknown): void
}

/**
 * Wraps the `logger` option, or the console. In addition to what Auth.js documents, `error` receives the id of the
 * error and `warn` the text of the warning.
 *
 * Core passes verifiers, codes and tokens to `debug` even when debugging is off. Debug messages are therefore dropped
 * unless `debug` is set, and their metadata is redacted to a list of harmless fields. An error caused by a missing
 * package or table is followed by a warning with the command that adds it.
 */
export function resolveLogger({ logger, debug }: Pick<AuthConfig, "logger" | "debug">): Logger {
  const custom: Partial<Logger> = logger ?? {}
  const writeDebug: Logger["debug"] = (message, metadata) =>
    custom.debug ? custom.debug(message, redact(metadata)) : logDebug(message, redact(metadata))
  const warn: Logger["warn"] = (code, message) =>
    custom.warn ? custom.warn(code, message) : logWarning(code, message)
  const warnOfHint = hintOnce(warn)
  return {
    error: (error, id) => {
      if (custom.error) custom.error(toError(error), id)
      else logError(error, id)
      warnOfHint(error)
    },
    warn,
    debug: debug ? writeDebug : () => {},
  }
}

/** Returns a function that logs the hint of an error, if it has one, as a warning. Each hint is logged once. */
function hintOnce(warn: Logger["warn"]): (error: unknown) => void {
  const logged = new Set<string>()
  return (error) => {
    const hint = findHint(error)
    if (!hint || logged.has(hint.message)) return
    logged.add(hint.message)
    warn(hint.code, hint.message)
  }
}

const harmlessFields = new Set([
  "action",
  "method",
  "provider",
  "providerId",
  "strategy",
  "type",
  "error",
  "id",
])

/** Redacts metadata: keeps its structure, and the values of fields that cannot contain secrets. */
export function redact(value: unknown, field = "", depth = 0): unknown {
  if (value === null || value === undefined || typeof value === "boolean") return value
  if (value instanceof Error) return value.name
  if (Array.isArray(value)) return depth > 3 ? "[redacted]" : value.map((item) => redact(item, "", depth + 1))
  if (typeof value === "object") {
    if (depth > 3 || value instanceof URL) return "[redacted]"
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, redact(item, name, depth + 1)]),
    )
  }
  return harmlessFields.has(field) && typeof value === "string" && value.length < 64 ? value : "[redacted]"
}

function logError(error: unknown, id: string | undefined): void {
  console.error(`[auth][error]${id ? `[${id}]` : ""} ${describe(error)}`)
}

/** Returns name, message and stack of an error and its causes, but none of their other properties. */
function describe(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return "a value that is not an Error was thrown"
  const name = error instanceof AuthError ? error.type : error.name
  const stack = error.stack?.split("\n").filter((line) => /^\s+at /.test(line))
  const text = [`${name}: ${error.message}`, ...(stack ?? [])].join("\n")
  const cause = causeOf(error)
  return cause && depth < 4 ? `${text}\n  caused by ${describe(cause, depth + 1)}` : text
}

function logWarning(code: string, message: string | undefined): void {
  console.warn(`[auth][warn][${code}]${message ? ` ${message}` : ""}`)
}

function logDebug(message: string, metadata: unknown): void {
  console.log(`[auth][debug] ${message}`, metadata === undefined ? "" : JSON.stringify(metadata))
}

function toError(error: unknown): Error {
  return error instanceof Error
    ? error
    : new Error("A value that is not an Error was thrown", { cause: error })
}
