import type { IncomingMessage, ServerResponse } from "node:http"
import type { RequestHandler } from "express"
import type { ParsedQs } from "qs"
import type { ActiveSession } from "./to-session.js"

declare module "express-serve-static-core" {
  // Declarations merge only if the type parameters match those of @types/express exactly.
  interface Request<
    P = ParamsDictionary,
    // biome-ignore lint/suspicious/noExplicitAny: must match @types/express
    ResBody = any,
    // biome-ignore lint/suspicious/noExplicitAny: must match @types/express
    ReqBody = any,
    ReqQuery = ParsedQs,
    // biome-ignore lint/suspicious/noExplicitAny: must match @types/express
    LocalsObj extends Record<string, any> = Record<string, any>,
  > {
    /**
     * The session read by `session()` or `requireAuth()`: always present after `requireAuth()`, `null` after
     * `session()` for an anonymous request, `undefined` if neither ran.
     */
    auth: LocalsObj extends { session: infer Known } ? Known : ActiveSession | null | undefined
  }
}

/**
 * Reads the session. Works on Express and on servers with Node's plain request and response, such as Connect and
 * `io.engine.use()` of Socket.IO.
 */
export type SessionHandler = ((
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void) &
  RequestHandler

/** A guard. Handlers after it in the same route see `req.auth` and `res.locals.session` typed as present. */
export type AuthenticatedHandler = RequestHandler &
  // biome-ignore lint/suspicious/noExplicitAny: combines with handlers of any params and body
  RequestHandler<any, any, any, ParsedQs, { session: ActiveSession }>
