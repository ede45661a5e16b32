import { redact } from "../config/logger.js"
import { isPlainObject } from "../config/merge-provider.js"

/**
 * Members of a cause in which oauth4webapi and core put what a provider sent: tokens, claims, a nonce. Core spreads a
 * cause that is a string into its characters.
 */
const answers = /^(?:body|claims|parameters|header|expected|jws|jwt|\d+)$/

const maxDepth = 6

/**
 * Redacts what a provider sent in an error of core and in its causes, because loggers and error handlers print errors
 * with all members. Keeps names and messages.
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

/** Whether a value is the unexpected issuer of a provider. */
function isAddress(value: unknown): boolean {
  return typeof value === "string" && /^https?:/.test(value)
}
