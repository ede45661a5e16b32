import type { Request } from "express"
import { perSource, type Remembering } from "../config/process-memory.js"
import { ExpressAuthError } from "../errors.js"
import type { StrategyStep } from "../providers/strategy-provider.js"
import type { FindUser } from "./passport-request.js"

const finders = perSource(() => ({ findUser: undefined as FindUser | undefined }))

/** Notes the app's `deserializeUser`, for callbacks that arrive before `passport()` has seen the request. */
export function noteFinder(config: Remembering, findUser: FindUser): void {
  finders(config).findUser = findUser
}

/**
 * Who an account is linked to, as the app's `deserializeUser` has them, else as the session has.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LINK` (403) where the app finds no such user
 */
export async function findLinkingUser(
  req: Request,
  { session, config }: NonNullable<StrategyStep["linking"]>,
): Promise<unknown> {
  const { findUser } = finders(config)
  const user = findUser ? await findUser(session, req) : session.user
  if (user) return user
  throw new ExpressAuthError("ERR_AUTH_LINK", "The user whose session this is cannot be found.", {
    status: 403,
  })
}
