import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ConfigSource } from "../http/config-for.js"
import type { ActiveSession } from "../session/to-session.js"

/** A request that `passport()` has handled, with its configuration. */
export interface PassportRequest {
  readonly req: Request
  readonly res: Response
  readonly source: ConfigSource
  readonly config: ResolvedConfig
  /** When the request arrived, in milliseconds since 1970. */
  readonly arrivedAt: number
  /** The app's `deserializeUser`. */
  readonly findUser: FindUser
}

/** Query builders are not promises, but can be awaited. */
type Awaitable<Value> = Value | PromiseLike<Value>

/** Finds the user of a session; `null`, `false` or `undefined` when there is none. */
export type FindUser = (
  session: ActiveSession,
  req: Request,
) => Awaitable<Express.User | null | false | undefined>

const handled = new WeakMap<Request, PassportRequest>()

/** Records that `passport()` has handled this request. */
export function setPassportRequest(equipped: PassportRequest): void {
  handled.set(equipped.req, equipped)
}

/** Returns the record of `passport()`; `undefined` when it has not run. */
export function passportRequestOf(req: Request): PassportRequest | undefined {
  return handled.get(req)
}
