import type { ResolvedProvider } from "../config/resolve-providers.js"
import { createAttempt, type SignInAttempt } from "../engine/sign-in-attempt.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Body } from "../http/read-body.js"
import { destinationOf } from "./destination.js"
import { rememberChoice } from "./remember-choice.js"

/** The input of a sign-in, from a request or from the app. */
export interface SignInInput {
  readonly body: Body
  /** The app's additions to the authorization request. */
  readonly params?: Readonly<Record<string, string>>
  /** The visitor's additions to the authorization request. */
  readonly hints?: Readonly<Record<string, string>>
  /** Whether the session outlives the browser. @default what the field `remember` says */
  readonly remember?: boolean | undefined
}

/** Reads destination and `remember` from a request, and creates the record of its sign-in. */
export async function readAttempt(
  context: AuthContext,
  provider: ResolvedProvider,
  { body, params = {}, hints = {}, remember }: SignInInput,
): Promise<SignInAttempt> {
  const destination = await destinationOf(context, body)
  const remembered = rememberChoice(context.config, body, remember)
  return createAttempt({ context, provider, body, destination, params, hints, remembered })
}
