import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { type ConfigSource, configFor } from "../http/config-for.js"
import { readSession } from "./get-session.js"
import type { ActiveSession } from "./to-session.js"

/** What a middleware found, and by which configuration. */
export interface Filled {
  readonly session: ActiveSession | null
  readonly config: ResolvedConfig
}

/**
 * Reads the session into `req.auth` and `res.locals.session`; at once, where nothing has to be waited for. On a server
 * other than Express there may be no `res.locals`, and `req.res` is set here for renewed cookies.
 */
export function fillSession(req: Request, res: Response, source: ConfigSource): Filled | Promise<Filled> {
  req.res ??= res
  const config = configFor(source, req)
  if (config instanceof Promise) return config.then((known) => fill(req, res, known))
  return fill(req, res, config)
}

function fill(req: Request, res: Response, config: ResolvedConfig): Filled | Promise<Filled> {
  const reading = readSession(req, config)
  if (reading instanceof Promise) return reading.then(({ session }) => keep(req, res, { session, config }))
  return keep(req, res, { session: reading.session, config })
}

function keep(req: Request, res: Response, filled: Filled): Filled {
  req.auth = filled.session
  if (res.locals) res.locals.session = filled.session
  return filled
}

/**
 * Goes on with a value now, or when it is there: a promise less on every request is a tenth of what a session check
 * costs.
 */
export function settle<Value>(
  value: Value | Promise<Value>,
  proceed: (value: Value) => unknown,
  fail: (error: unknown) => unknown,
): void {
  if (value instanceof Promise) value.then(proceed).catch(fail)
  else proceed(value)
}
