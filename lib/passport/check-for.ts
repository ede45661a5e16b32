import { checkExternal } from "../actions/check-strategy.js"
import type { AuthContext } from "../http/auth-context.js"

/** What `passport.authenticate()` takes as a custom callback. `user` is what the verify function passed to `done()`. */
export type AuthenticateCallback = (
  // biome-ignore lint/suspicious/noExplicitAny: as @types/passport has it
  error: any,
  user?: Express.User | false | null,
  info?: unknown,
  status?: number,
) => void

/** Asks a strategy who typed this and hands the outcome to the callback; no session begins. */
export async function checkFor(
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
