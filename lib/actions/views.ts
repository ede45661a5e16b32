import type { RequestHandler } from "express"
import type { ParsedQs } from "qs"
import { type ConfigSource, checkConfig, mountOf, needsExpress } from "../http/config-for.js"
import { showErrors } from "../replies/show-errors.js"
import { fillSession, settle } from "../session/fill-session.js"
import type { ViewHelpers } from "./view-helpers.js"

/** Fills `res.locals` for templates. Handlers after it in the same route see its functions typed. */
export type ViewsHandler = RequestHandler &
  // biome-ignore lint/suspicious/noExplicitAny: combines with handlers of any params and body
  RequestHandler<any, any, any, ParsedQs, ViewHelpers>

/** Reads the session, as `session()` does, and puts the functions for templates into `res.locals`. */
export function views(source: ConfigSource): ViewsHandler {
  checkConfig(source, "views")
  const nextOf = showErrors(source)
  const mount = mountOf(source)

  return function views(req, res, next) {
    if (!req.app) return next(needsExpress("views()"))
    const fill = async () => {
      const { config, session } = await fillSession(req, res, source)
      const { createViewHelpers } = await import("./view-helpers.js")
      Object.assign(res.locals, createViewHelpers({ req, res, config, mount, session }))
    }
    settle(fill(), () => next(), nextOf?.(req, res, next) ?? next)
  }
}
