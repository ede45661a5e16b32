import type { NextFunction, Request, Response } from "express"
import { readEnvironment } from "../config/env.js"
import { resolveConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import type { ConfigSource } from "../http/config-for.js"

/** Returns the `next` that a middleware calls. */
export type NextOf = (req: Request, res: Response, next: NextFunction) => NextFunction

/**
 * Lets a middleware show its errors to the developer: wraps `next` so that an error of this package becomes a page in the
 * developer's browser.
 *
 * @returns `undefined` outside development, where `next` stays what it is
 */
export function showErrors(source: ConfigSource): NextOf | undefined {
  const { development } = typeof source === "function" ? readEnvironment() : resolveConfig(source)
  if (!development) return undefined
  return (req, res, next) => (error?: unknown) => {
    if (!(error instanceof ExpressAuthError)) return next(error)
    import("./send-developer-error.js")
      .then(({ sendDeveloperError }) => sendDeveloperError(req, res, { error, source }))
      .then(
        (isSent) => (isSent ? undefined : next(error)),
        () => next(error),
      )
  }
}
