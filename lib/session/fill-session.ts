import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { type ConfigSource, configFor } from "../http/config-for.js"
import { readSession } from "./get-session.js"
import type { ActiveSession } from "./to-session.js"

/** A request's session and the configuration it was read with. */
export interface Filled {
  /** `null` for an anonymous request. */
  readonly session: ActiveSession | null
  /** The configuration chosen for this request. */
  readonly config: ResolvedConfig
}

/**
 * Reads the session into `req.auth` and `res.locals.session`. Returns synchronously if no promise is involved. Servers
 * other than Express may lack `res.locals`; `req.res` is set here so that renewed cookies reach the response.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503) if a callback, the database or the revocation store failed
 */
export function fillSession(req: Request, res: Response, source: ConfigSource): Filled | Promise<Filled> {
  req.res ??= res
  const config = configFor(source, req)
  if (config instanceof Promise) return config.then((resolved) => fill(req, res, resolved))
  return fill(req, res, config)
}

function fill(req: Request, res: Response, config: ResolvedConfig): Filled | Promise<Filled> {
  const reading = readSession(req, config)
  if (reading instanceof Promise) return reading.then(({ session }) => store(req, res, { session, config }))
  return store(req, res, { session: reading.session, config })
}

function store(req: Request, res: Response, filled: Filled): Filled {
  req.auth = filled.session
  if (res.locals) res.locals.session = filled.session
  return filled
}

/**
 * Calls `proceed` synchronously for a plain value, or once a promise resolves. Avoiding a promise per request saves a
 * tenth of the cost of a session check.
 *
 * @param fail receives a rejection, or what `proceed` throws after a promise
 */
export function settle<Value>(
  value: Value | Promise<Value>,
  proceed: (value: Value) => unknown,
  fail: (error: unknown) => unknown,
): void {
  if (value instanceof Promise) value.then(proceed).catch(fail)
  else proceed(value)
}
