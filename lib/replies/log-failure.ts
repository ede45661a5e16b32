import { randomBytes } from "node:crypto"
import { AuthError } from "@auth/core/errors"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { StrategyRefusal } from "../providers/strategy-provider.js"
import type { Failure } from "./failure.js"

/**
 * Writes a failed attempt into the log. A fault of the app or of a service is an error, under an id that the error page
 * shows. A refusal, such as a wrong password, is a warning under the name that Auth.js has for it: everyday life, which
 * must not page anyone.
 *
 * @returns the id, for a fault
 */
export function logFailure(
  { logger }: Pick<ResolvedConfig, "logger">,
  error: unknown,
  failure: Failure,
): string | undefined {
  if (!failure.unexpected) {
    logger.warn(nameOf(error, failure), describeRefusal(error, failure))
    return
  }
  const id = randomBytes(5).toString("hex")
  logger.error(error, id)
  return id
}

function nameOf(error: unknown, failure: Failure): string {
  return error instanceof AuthError && !(error instanceof StrategyRefusal) ? error.type : failure.error
}

/** Of errors of ours the message; core's may repeat what a stranger's service said. */
function describeRefusal(error: unknown, { status, code }: Failure): string {
  const reason = error instanceof ExpressAuthError ? ` ${error.code}: ${toLine(error.message)}` : ""
  return `A request was refused with status ${status}${code ? ` and code "${toLine(code)}"` : ""}.${reason}`
}

/** Parts of a message may come from the request: they may neither begin a line of the log nor fill it. */
function toLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").slice(0, 500)
}
