import { redact } from "../config/logger.js"
import { isPlainObject } from "../config/merge-provider.js"

/**
 * Where oauth4webapi, and core after it, hang what a provider answered: tokens, claims, a nonce. A cause that is a text core
 * spreads into its letters.
 */
const answers = /^(?:body|claims|parameters|header|expected|jws|jwt|\d+)$/

const maxDepth = 6

/**
 * Takes what a provider answered out of an error of core's and of those beneath it: loggers and error handlers of apps
 * print errors with everything on them. The names of members stay, and the words that say what is wrong.
 */
export function hideAnswers(error: unknown, depth = 0): void {
  if (!(error instanceof Error) || depth > maxDepth) return
  const { cause } = error
  if (typeof cause === "string") error.cause = redact(cause)
  if (isPlainObject(cause)) hideMembers(cause)
  hideAnswers(isPlainObject(cause) ? cause.err : cause, depth + 1)
}

function hideMembers(cause: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(cause))
    if (answers.test(name) && !isAddress(value)) cause[name] = redact(value)
}

/** Of a provider that calls itself otherwise than expected. */
function isAddress(value: unknown): boolean {
  return typeof value === "string" && /^https?:/.test(value)
}
