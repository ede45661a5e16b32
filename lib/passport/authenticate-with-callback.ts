import { checkExternal } from "../actions/check-strategy.js"
import type { AuthContext } from "../http/auth-context.js"

/**
 * A custom callback, as `passport.authenticate()` takes it. `user` is the value that the verify function passed to
 * `done()`, `false` after a refusal; `status` is 401 then.
 */
export type AuthenticateCallback = (
  // biome-ignore lint/suspicious/noExplicitAny: as @types/passport has it
  error: any,
  user?: Express.User | false | null,
  info?: unknown,
  status?: number,
) => void

/** Runs a strategy on the submitted form and passes the outcome to the callback. Starts no session. */
export async function authenticateWithCallback(
  context: AuthContext,
  provider: string,
  done: AuthenticateCallback,
): Promise<void> {
  const outcome = await checkExternal(context, provider).catch((error: unknown) => ({ error }))
  if ("error" in outcome) return done(outcome.error)
  if (outcome.type === "success") return done(null, outcome.profile, outcome.info)
  const info = outcome.message === undefined ? undefined : { message: outcome.message }
  done(null, false, info, 401)
}
