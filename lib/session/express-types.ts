import type { IncomingMessage, ServerResponse } from "node:http"
import type { RequestHandler } from "express"
import type { ParsedQs } from "qs"
import type { ActiveSession } from "./to-session.js"

declare module "express-serve-static-core" {
  // The type parameters have to be spelled as @types/express spells them, or the declarations do not merge.
  interface Request<
    P = ParamsDictionary,
    // biome-ignore lint/suspicious/noExplicitAny: see above
    ResBody = any,
    // biome-ignore lint/suspicious/noExplicitAny: see above
    ReqBody = any,
    ReqQuery = ParsedQs,
    // biome-ignore lint/suspicious/noExplicitAny: see above
    LocalsObj extends Record<string, any> = Record<string, any>,
  > {
    /**
     * The session `session()` or `requireAuth()` found: an object behind `requireAuth()`, `null` for an anonymous
     * request behind `session()`, `undefined` where neither ran.
     */
    auth: LocalsObj extends { session: infer Known } ? Known : ActiveSession | null | undefined
  }
}

/**
 * A request handler that reads the session, for Express and for servers that know only Node's own request and response,
 * such as Connect or `io.engine.use()` of Socket.IO.
 */
export type SessionHandler = ((
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void) &
  RequestHandler

/** A request handler behind which `req.auth` and `res.locals.session` are there. */
export type AuthenticatedHandler = RequestHandler &
  // biome-ignore lint/suspicious/noExplicitAny: stands beside handlers of any parameters and bodies
  RequestHandler<any, any, any, ParsedQs, { session: ActiveSession }>
