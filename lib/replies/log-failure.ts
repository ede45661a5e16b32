import { randomBytes } from "node:crypto"
import { AuthError } from "@auth/core/errors"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { StrategyRefusal } from "../providers/strategy-provider.js"
import type { Failure } from "./failure.js"

/**
 * Logs a failed attempt: a fault of the app or of a service as an error, with an id that the error page shows; a
 * refusal, such as a wrong password, as a warning named after Auth.js's error type.
 *
 * @returns the id of a fault; `undefined` for a refusal
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

/**
 * Includes the message of our own errors only; core's may repeat what another service sent. The status is that of the
 * response to a program: a browser is redirected to a page that explains the refusal.
 */
function describeRefusal(error: unknown, { status, code }: Failure): string {
  const reason = error instanceof ExpressAuthError ? ` ${error.code}: ${toLine(error.message)}` : ""
  const name = code ? `, code "${toLine(code)}"` : ""
  return `Refused (${status} for programs, a page for browsers${name}).${reason}`
}

/** Removes line breaks and limits the length, because parts of a message may come from the request. */
function toLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").slice(0, 500)
}
