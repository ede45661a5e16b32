import { type AuditEventName, recordRefusal } from "../audit/record-event.js"
import type { RefusedMessage } from "../diagnostics/messages.js"
import type { AuthContext } from "../http/auth-context.js"

/** Who tried to sign in or to link an account. For the audit trail only. */
export interface RefusedPerson {
  /** The id of the user, if known. */
  readonly userId?: string | undefined
  /** Returns what the visitor gave as name or address. */
  readonly names?: () => readonly string[]
  /** Whether an account was to be linked to the user. */
  readonly isLinking?: boolean
}

/** Records in the audit trail that a sign-in or a link was refused. What failed for our own reasons is in the log. */
export function recordRefused(
  context: AuthContext,
  message: RefusedMessage,
  person: RefusedPerson | undefined,
): void {
  const event = eventOf(message, person)
  if (!event || message.status >= 500 || message.code === "access_denied") return
  const { provider, reason } = message
  const findUser = () => findByAddress(context.config, person?.names?.() ?? [])
  recordRefusal(context, event, { provider, reason, userId: person?.userId, findUser })
}

const signInActions: readonly string[] = ["signin", "callback", "verify-request"]

/** Returns `undefined` for a request that is neither a sign-in nor a link. */
function eventOf(
  { action, reason }: RefusedMessage,
  person: RefusedPerson | undefined,
): AuditEventName | undefined {
  if (reason === "RateLimited") return "rate-limited"
  if (person?.isLinking || action === "link") return "link-refused"
  return person || signInActions.includes(action) ? "sign-in-refused" : undefined
}

/** Characters of the longest address. */
const maxLength = 320

/** Finds the user whose address was entered. Runs for known and unknown addresses alike. */
async function findByAddress(
  { adapter }: AuthContext["config"],
  names: readonly string[],
): Promise<string | undefined> {
  const address = names.find((name) => name.includes("@") && name.length <= maxLength)
  if (address === undefined) return
  const user = await adapter?.getUserByEmail?.(address.trim().toLowerCase())
  return user?.id
}
