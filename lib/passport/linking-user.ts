import type { Request } from "express"
import { perSource, type Remembering } from "../config/process-memory.js"
import { ExpressAuthError } from "../errors.js"
import type { StrategyStep } from "../providers/strategy-provider.js"
import type { FindUser } from "./passport-request.js"

const finders = perSource(() => ({ findUser: undefined as FindUser | undefined }))

/** Stores the app's `deserializeUser` for provider callbacks, which do not pass through `passport()`. */
export function noteFinder(config: Remembering, findUser: FindUser): void {
  finders(config).findUser = findUser
}

/**
 * Finds the user that an account is being linked to, with the app's `deserializeUser` or else in the session.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_LINK` (403) when `deserializeUser` finds no user
 */
export async function findLinkingUser(
  req: Request,
  { session, config }: NonNullable<StrategyStep["linking"]>,
): Promise<unknown> {
  const { findUser } = finders(config)
  const user = findUser ? await findUser(session, req) : session.user
  if (user) return user
  throw new ExpressAuthError(
    "ERR_AUTH_LINK",
    "deserializeUser found no user for the session that started the link.",
    {
      status: 403,
    },
  )
}
