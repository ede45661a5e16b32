import type { ResolvedProvider } from "../config/resolve-providers.js"
import { type CoreResult, callCore } from "../engine/call-core.js"
import { RateLimitError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import type { Body } from "../http/read-body.js"
import { resolveDestination } from "../http/safe-redirect.js"
import { type PasskeyCall, SentElsewhere } from "../passkeys/passkey-call.js"
import type { StrategyUser } from "../providers/strategy-provider.js"
import { toFailureResponse } from "../replies/failure-response.js"
import { toLimitedResponse } from "../replies/limited-response.js"
import { outcomeOf, withOutcome } from "../replies/outcome.js"
import { toRedirect, withCookies } from "../replies/responses.js"
import { keepTypedValues } from "../replies/typed-values.js"
import { endSession } from "../session/end-session.js"
import { isRemembered } from "../session/remember-me.js"
import { clearSessionCookie, endWithBrowser, isChunkOf } from "../session/session-cookie.js"
import { dropDestination } from "./destination.js"
import { limitTries } from "./limit-tries.js"

export interface SignIn {
  /** Already checked. */
  destination: string
  method?: "GET" | "POST"
  query?: Record<string, string>
  body?: Body
  cookies?: Record<string, string>
  passkey?: PasskeyCall
  /** Whom an external provider has found. */
  external?: StrategyUser
  /** Whether the session outlives the browser, as far as the person has a say. @default true */
  remembered?: boolean | undefined
}

/**
 * Finishes a sign-in, unless there were too many that failed, or says on a page what went wrong; the next try from there has
 * the same destination.
 */
export async function finishSignIn(
  context: AuthContext,
  provider: ResolvedProvider,
  signIn: SignIn,
): Promise<Response> {
  const { body, destination } = signIn
  try {
    const complete = () => completeSignIn(context, provider, signIn)
    return await (signIn.external ? complete() : limitTries(context, { provider, body }, complete))
  } catch (error) {
    if (error instanceof RateLimitError) return toLimitedResponse(context, error, { ...signIn, provider })
    const unfinished = await toUnfinished(context, error, destination)
    return withCookies(unfinished, keepTypedValues(context, provider, { ...signIn, error }))
  }
}

/** What stands in the way of a sign-in, on a page; or what `callbacks.signIn` sent the person to instead. */
export async function toUnfinished(
  context: AuthContext,
  error: unknown,
  destination: string,
): Promise<Response> {
  if (!(error instanceof SentElsewhere)) return toFailureResponse(context, error, { destination })
  const url = await resolveDestination(error.url, context.origin, context.config)
  return toSentElsewhere(toRedirect(context, url))
}

/**
 * Lets core finish a sign-in. Core never sees the session the browser has: a sign-in is always a fresh one, with a new
 * identifier, and the old session ends.
 */
async function completeSignIn(
  context: AuthContext,
  provider: ResolvedProvider,
  { method = "POST", cookies, ...call }: SignIn,
): Promise<Response> {
  const result = await callCore(context, {
    action: "callback",
    provider: provider.id,
    method,
    ...call,
    ...(cookies && { cookies }),
  })
  const isSignedIn = hasSession(context, result)
  if (isSignedIn) await endFormerSession(context)
  const response = toRedirect(context, result.redirect ?? call.destination, [
    ...toSessionCookies(context, result, isRemembered(call.remembered, context.config)),
    ...dropDestination(context),
  ])
  return isSignedIn ? response : toSentElsewhere(response)
}

/** `callbacks.signIn` named another page, and nobody is signed in. */
function toSentElsewhere(response: Response): Response {
  const { url } = outcomeOf(response)
  return withOutcome(response, { ok: false, status: 403, url, error: "AccessDenied" })
}

function hasSession({ cookies }: AuthContext, { cookies: set }: CoreResult): boolean {
  return set.some(({ name, value }) => isChunkOf(cookies.sessionToken.name, name) && value !== "")
}

/** Of the cookies core sets, those of the session; and the removal of stale chunks. */
function toSessionCookies(
  { req, cookies }: AuthContext,
  { cookies: set, companion }: CoreResult,
  remembered: boolean,
): Cookie[] {
  const { sessionToken } = cookies
  const ours = set
    .filter(({ name }) => isChunkOf(sessionToken.name, name))
    .map((cookie) => (cookie.value === "" ? cookie : endWithBrowser(cookie, remembered)))
  const all = companion ? [...ours, companion] : ours
  const written = new Set(all.map(({ name }) => name))
  return [...clearSessionCookie(req, sessionToken).filter(({ name }) => !written.has(name)), ...all]
}

/**
 * The session this browser had before must not survive: somebody may have planted it. Where it cannot be ended, as when
 * its row is gone and the adapter throws at that, the new session stands: a stale cookie must not lock anybody out.
 */
async function endFormerSession(context: AuthContext): Promise<void> {
  try {
    await endSession(context)
  } catch (error) {
    context.config.logger.error(error)
  }
}
