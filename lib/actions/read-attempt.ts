import type { ResolvedProvider } from "../config/resolve-providers.js"
import { createAttempt, type SignInAttempt } from "../engine/sign-in-attempt.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Body } from "../http/read-body.js"
import { destinationOf } from "./destination.js"
import { wishesToBeRemembered } from "./remember-choice.js"

/** What a request for a sign-in contains. */
export interface SignInInput {
  readonly body: Body
  /** The app's additions to the authorization request. */
  readonly params?: Readonly<Record<string, string>>
  /** The visitor's additions to the authorization request. */
  readonly hints?: Readonly<Record<string, string>>
  /** Whether the session outlives the browser. @default what the field `remember` says */
  readonly remember?: boolean | undefined
}

/** Reads the destination and the choice to be remembered from a request, and records the sign-in that it is about. */
export async function readAttempt(
  context: AuthContext,
  provider: ResolvedProvider,
  { body, params = {}, hints = {}, remember }: SignInInput,
): Promise<SignInAttempt> {
  const destination = await destinationOf(context, body)
  const remembered = wishesToBeRemembered(context.config, body, remember)
  return createAttempt({ context, provider, body, destination, params, hints, remembered })
}
