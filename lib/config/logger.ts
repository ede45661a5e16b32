import type { AuthConfig } from "@auth/core"
import { AuthError } from "../errors.js"
import { causeOf } from "./cause-of.js"
import { findHint } from "./find-hint.js"

export { causeOf }

/** Where messages go. `id` ties an error to the one a person saw on the error page. */
export interface Logger {
  error(error: unknown, id?: string): void
  warn(code: string, message?: string): void
  debug(message: string, metadata?: unknown): void
}

/**
 * Wraps the user's logger, or the console. Beyond what Auth.js documents it is given the id of an error and the text
 * of a warning.
 *
 * Core hands verifiers, codes and tokens to `debug` whether or not debugging is on. Debug messages are
 * therefore dropped unless `debug` is set, and of their metadata only named, harmless fields are kept. An error that a
 * missing package or table caused is followed by a warning with the command to run.
 */
export function resolveLogger({ logger, debug }: Pick<AuthConfig, "logger" | "debug">): Logger {
  const own: Partial<Logger> = logger ?? {}
  const writeDebug: Logger["debug"] = (message, metadata) =>
    own.debug ? own.debug(message, redact(metadata)) : logDebug(message, redact(metadata))
  const warn: Logger["warn"] = (code, message) =>
    own.warn ? own.warn(code, message) : logWarning(code, message)
  const giveHint = hintOnce(warn)
  return {
    error: (error, id) => {
      if (own.error) own.error(toError(error), id)
      else logError(error, id)
      giveHint(error)
    },
    warn,
    debug: debug ? writeDebug : () => {},
  }
}

/** Follows an error by the command that puts it right, as a warning, where there is one. */
function hintOnce(warn: Logger["warn"]): (error: unknown) => void {
  const given = new Set<string>()
  return (error) => {
    const hint = findHint(error)
    if (!hint || given.has(hint.message)) return
    given.add(hint.message)
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

/** Keeps the shape of metadata and the values of fields that cannot be secret. */
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

/** Name, message and stack of an error and of what caused it; never the data hung on it. */
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
