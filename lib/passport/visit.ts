import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ConfigSource } from "../http/config-for.js"

/** A request that `passport()` equipped, and by which configuration. */
export interface Visit {
  readonly req: Request
  readonly res: Response
  readonly source: ConfigSource
  readonly config: ResolvedConfig
}

const visits = new WeakMap<Request, Visit>()

/** Notes that `passport()` equipped this request. */
export function beginVisit(visit: Visit): void {
  visits.set(visit.req, visit)
}

/** What `passport()` noted; `undefined` where it did not run. */
export function visitOf(req: Request): Visit | undefined {
  return visits.get(req)
}
