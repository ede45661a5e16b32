import { publish } from "../diagnostics/channels.js"
import { subjectOf } from "../diagnostics/diagnostic-id.js"
import type { SessionReadMessage, SessionRefusedMessage } from "../diagnostics/messages.js"
import { traceStep } from "../diagnostics/trace-step.js"
import { identifySession } from "./identify-session.js"
import type { SessionContext, SessionReading } from "./session-reading.js"

type Awaitable<Value> = Value | Promise<Value>
type Config = SessionContext["config"]

/** Reads a session, and publishes that it was read. */
export function traceReading(
  { config }: SessionContext,
  read: () => Awaitable<SessionReading>,
): Awaitable<SessionReading> {
  const known = () => ({ strategy: config.session.strategy })
  return traceStep("session-read", known, { run: read, describe: (reading) => describe(reading, config) })
}

function describe(reading: SessionReading, config: Config): Partial<SessionReadMessage> {
  const { session, setCookies } = reading
  const outcome = session ? "active" : setCookies.length > 0 ? "ended" : "anonymous"
  const message = { outcome, renewed: session !== null && setCookies.length > 0 } as const
  return session ? withLazySubject(message, reading, config) : message
}

/** Every request is read, and few subscribers look at its user: hashing costs more than reading a remembered token. */
function withLazySubject<Message extends object>(
  message: Message,
  reading: SessionReading,
  config: Config,
): Message {
  let subject: ReturnType<typeof subjectOfReading> | undefined
  const known = () => (subject ??= subjectOfReading(reading, config))
  const lazy = { enumerable: true, configurable: true }
  return Object.defineProperties(message, {
    user: { ...lazy, get: () => known().user },
    session: { ...lazy, get: () => known().session },
  })
}

/** Returns the members of a message that name the user and session of a reading. */
export function subjectOfReading(
  reading: SessionReading,
  config: Config,
): { user?: string; session?: string } {
  const { userId, id: sessionId } = identifySession(reading) ?? {}
  return subjectOf({ userId, sessionId }, config)
}

/** Publishes that a reading has renewed its session, if it has. */
export function publishRenewal(reading: SessionReading, config: Config, cause: "use" | "update"): void {
  if (!reading.session || reading.setCookies.length === 0) return
  const { strategy } = config.session
  publish("session-renewed", () => ({ cause, strategy, ...subjectOfReading(reading, config) }))
}

/** Publishes that a session cookie does not hold a session, or one that has ended. */
export function publishRefusedSession(
  reason: SessionRefusedMessage["reason"],
  config: Config,
  who: { readonly userId?: string | undefined; readonly sessionId?: string | undefined } = {},
): void {
  const { strategy } = config.session
  publish("session-refused", () => ({ reason, strategy, ...subjectOf(who, config) }))
}
