import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ConfigSource } from "../http/config-for.js"
import type { ActiveSession } from "../session/to-session.js"

/** A request that `passport()` equipped, and by which configuration. */
export interface Visit {
  readonly req: Request
  readonly res: Response
  readonly source: ConfigSource
  readonly config: ResolvedConfig
  /** As the app's `deserializeUser` does. */
  readonly findUser: FindUser
}

/** Query builders are no promises, but can be waited for. */
type Awaitable<Value> = Value | PromiseLike<Value>

export type FindUser = (
  session: ActiveSession,
  req: Request,
) => Awaitable<Express.User | null | false | undefined>

const visits = new WeakMap<Request, Visit>()

/** Notes that `passport()` equipped this request. */
export function beginVisit(visit: Visit): void {
  visits.set(visit.req, visit)
}

/** What `passport()` noted; `undefined` where it did not run. */
export function visitOf(req: Request): Visit | undefined {
  return visits.get(req)
}
