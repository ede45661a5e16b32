import { LRUCache } from "lru-cache"
import { type EventFacts, recordEvent } from "../audit/record-event.js"
import { publish } from "../diagnostics/channels.js"
import { subjectOf } from "../diagnostics/diagnostic-id.js"
import { ExpressAuthError } from "../errors.js"
import { endSession, forgetFormerLogin, type SignOutMessage } from "../session/end-session.js"
import { currentToken, forgetSession } from "../session/get-session.js"
import { rowSessionId } from "../session/identify-session.js"
import { claimsOf } from "../session/session-claims.js"
import { readSessionCookie } from "../session/session-cookie.js"
import type { SessionContext } from "../session/session-reading.js"

/** Tokens of sessions that ended in the last seconds; without a revocation store there is no other record. */
const ended = new LRUCache<string, true>({ max: 10_000, ttl: 10_000 })

/** Whether this process has ended the session of a token within the last ten seconds. */
export function hasEnded(sealed: string): boolean {
  return ended.has(sealed)
}

/**
 * Ends the session of a request on the server and emits `events.signOut`; the rest of the request is anonymous. The
 * caller removes the cookie, even if this fails.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_SIGN_OUT` (503) when adapter or revocation store failed
 */
export async function stopSession(context: SessionContext, { everywhere = false } = {}): Promise<void> {
  const { req, config, cookies } = context
  const token = currentToken(req, config)
  forgetSession(req, config)
  forgetFormerLogin(context)
  try {
    const sealed = (await token) ?? readSessionCookie(req, cookies.sessionToken)
    if (sealed) ended.set(sealed, true)
    const message = await endSession(context, { everywhere, sealed })
    if (!message) return
    const cause = everywhere ? "sign-out-everywhere" : "sign-out"
    publish("session-ended", () => ({ cause, ...subjectOf(identifyEnded(message), config) }))
    if (config.audit) await recordEvent(context, "signed-out", toFacts(message, everywhere))
    await emit(config, message)
  } catch (cause) {
    const message = "The session could not be ended on the server; its cookie was removed from this browser."
    throw new ExpressAuthError("ERR_AUTH_SIGN_OUT", message, { status: 503, cause })
  }
}

function toFacts(message: SignOutMessage, everywhere: boolean): EventFacts {
  return { userId: identifyEnded(message).userId, reason: everywhere ? "everywhere" : undefined }
}

/** Adapters need not return the row that they delete. */
function identifyEnded(message: SignOutMessage): { userId?: string | undefined; sessionId?: string } {
  if ("token" in message) {
    const { token } = message
    return token ? { userId: token.sub, sessionId: claimsOf(token).sid } : {}
  }
  const { session } = message
  return session ? { userId: session.userId, sessionId: rowSessionId(session.sessionToken) } : {}
}

/** As in core, a listener that fails is logged and changes nothing. */
async function emit({ events, logger }: SessionContext["config"], message: SignOutMessage): Promise<void> {
  try {
    await events.signOut?.(message)
  } catch (error) {
    logger.error(error)
  }
}
