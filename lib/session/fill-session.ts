import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { type ConfigSource, configFor } from "../http/config-for.js"
import { readSession } from "./get-session.js"
import type { ActiveSession } from "./to-session.js"

interface Filled {
  readonly session: ActiveSession | null
  readonly config: ResolvedConfig
}

/** Reads the session into `req.auth` and `res.locals.session`; at once, where nothing has to be waited for. */
export function fillSession(req: Request, res: Response, source: ConfigSource): Filled | Promise<Filled> {
  const config = configFor(source, req)
  return config instanceof Promise ? config.then((known) => fill(req, res, known)) : fill(req, res, config)
}

function fill(req: Request, res: Response, config: ResolvedConfig): Filled | Promise<Filled> {
  const keep = ({ session }: { session: ActiveSession | null }) => {
    req.auth = session
    res.locals.session = session
    return { session, config }
  }
  const reading = readSession(req, config)
  return reading instanceof Promise ? reading.then(keep) : keep(reading)
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
