import { readEnvironment } from "../config/env.js"
import { ExpressAuthError } from "../errors.js"

/** Creates the error of a test kit that is used wrongly, or whose expectation is not met. */
export function testingError(message: string, cause?: unknown): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_TESTING", message, { cause })
}

/**
 * Refuses production, where a function that signs anyone in must not exist.
 *
 * @param name the called function, e.g. `signedIn()`
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING` if NODE_ENV is `"production"`
 */
export function refuseProduction(name: string): void {
  if (!readEnvironment().production) return
  throw testingError(
    `${name} of express-authjs/testing does not run in production, and NODE_ENV is "production". Set NODE_ENV=test for ` +
      "tests, and import express-authjs/testing in test files only.",
  )
}
