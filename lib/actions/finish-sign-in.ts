import { recordEvent } from "../audit/record-event.js"
import { facts, publish, steps } from "../diagnostics/channels.js"
import { subjectOf } from "../diagnostics/diagnostic-id.js"
import { callCore } from "../engine/call-core.js"
import type { SignedIn } from "../engine/core-events.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import { resolveDestination } from "../http/safe-redirect.js"
import { noticeLink, noticeSignIn } from "../notices/notice-sign-in.js"
import { SentElsewhere } from "../passkeys/passkey-call.js"
import { toFailedSignIn } from "../replies/failed-sign-in.js"
import { publishRefusal } from "../replies/publish-refusal.js"
import { outcomeOf, toRedirect, withOutcome } from "../replies/responses.js"
import { noteSignIn, traceSignIn } from "../replies/trace-sign-in.js"
import { replaceSession } from "../session/replace-session.js"
import { finishLink } from "./accounts/finish-link.js"
import { dropDestination } from "./destination.js"
import { keepLastUsed } from "./last-used.js"
import { limitAttempt } from "./limit-attempt.js"

/**
 * Finishes a sign-in or a link, unless there were too many failed attempts. A failure is reported on a page, from which
 * the next attempt has the same destination.
 */
export function finishSignIn(attempt: SignInAttempt): Promise<Response> {
  // The message of a strategy includes the strategy's own check.
  const isTraced = !attempt.strategy && steps["sign-in"].hasSubscribers
  return isTraced ? traceSignIn(attempt, () => finish(attempt)) : finish(attempt)
}

async function finish(attempt: SignInAttempt): Promise<Response> {
  const { link, provider } = attempt
  if (link) return finishLink(attempt, link)
  try {
    // The attempt of a strategy was limited before the strategy checked it; of the others, only these can be guessed.
    if (provider.type === "credentials" || provider.type === "webauthn")
      return await limitAttempt(attempt, () => completeSignIn(attempt))
    return await completeSignIn(attempt)
  } catch (error) {
    return error instanceof SentElsewhere
      ? sendElsewhere(attempt.context, error)
      : toFailedSignIn(attempt, error)
  }
}

/** Redirects to the page that `callbacks.signIn` returned for the owner of a passkey. */
export async function sendElsewhere(context: AuthContext, error: SentElsewhere): Promise<Response> {
  const url = await resolveDestination(error.url, context.origin, context.config)
  return toSentElsewhere(context, toRedirect(context, url))
}

/**
 * Lets core finish a sign-in. Core never sees the browser's session: a sign-in always starts a new one, with a new id,
 * and the old one ends.
 */
async function completeSignIn(attempt: SignInAttempt): Promise<Response> {
  const { context, destination, remembered } = attempt
  const dropped = dropDestination(context)
  const { redirect = destination, signedIn, ...issued } = await callCore(attempt, "callback")
  const { cookies, isSignedIn } = await replaceSession(context, { ...issued, remembered })
  const used = isSignedIn ? keepLastUsed(attempt) : []
  const noticed = isSignedIn && context.config.notices ? noticeAll(attempt, signedIn) : []
  const response = toRedirect(context, redirect, [...cookies, ...dropped, ...used, ...noticed])
  if (!isSignedIn) return toSentElsewhere(context, response)
  if (context.config.audit) recordSignIn(attempt, signedIn)
  const isWatched = facts["signed-in"].hasSubscribers || steps["sign-in"].hasSubscribers
  return isWatched ? publishSignIn(attempt, response, signedIn) : response
}

function noticeAll({ context, provider }: SignInAttempt, signedIn: SignedIn): readonly Cookie[] {
  noticeLink(context, provider, signedIn)
  return noticeSignIn(context, signedIn)
}

function recordSignIn({ context, provider }: SignInAttempt, { userId, isNew }: SignedIn): void {
  const reason = isNew ? "new-user" : undefined
  recordEvent(context, "signed-in", { userId, provider: provider.id, reason })
}

function publishSignIn(
  { context, provider }: SignInAttempt,
  response: Response,
  signedIn: SignedIn,
): Response {
  const newUser = signedIn.isNew === true
  const subject = () => subjectOf(signedIn, context.config)
  publish("signed-in", () => ({ provider: provider.id, newUser, ...subject() }))
  return noteSignIn(response, subject)
}

/** Marks the response to a sign-in that `callbacks.signIn` refused by returning a page. */
function toSentElsewhere(context: AuthContext, response: Response): Response {
  const { url } = outcomeOf(response)
  publishRefusal(context, { reason: "AccessDenied", status: 403 })
  return withOutcome(response, { ok: false, status: 403, url, error: "AccessDenied" })
}
