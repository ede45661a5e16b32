import type { Request } from "express"
import { perSource, warnOnce } from "../config/process-memory.js"
import type { ResolvedAudit } from "../config/resolve-audit.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { clientAddress } from "../http/client-address.js"
import { describeDevice } from "../http/describe-device.js"
import type { AuditEvent, AuditStore } from "../stores/audit-store.js"
import { memoryLimiter } from "../stores/memory-limiter.js"
import { StoreCalls } from "../stores/store-calls.js"
import { clientNetwork } from "./client-network.js"
import { createEventId } from "./event-id.js"

/** The events that the library records. An app can record others. */
export type AuditEventName =
  | "signed-in"
  | "sign-in-refused"
  | "rate-limited"
  | "signed-out"
  | "session-revoked"
  | "revoked-session-used"
  | "account-linked"
  | "account-unlinked"
  | "link-refused"
  | "passkey-added"
  | "passkey-removed"
  | "email-changed"

/** What is known of an event. Never a token, code, password, name or address. */
export interface EventFacts extends Partial<Record<"userId" | "provider" | "reason", string | undefined>> {
  /** Finds the user of an event without `userId`. */
  readonly findUser?: () => Promise<string | undefined>
}

/** Where an event happened. Without a request it has no device and no network. */
export interface EventPlace {
  readonly config: Pick<ResolvedConfig, "audit" | "logger" | "memory">
  readonly req?: Request | undefined
}

/** Milliseconds for which a request waits until an event is stored. The database may store it later than that. */
const timeout = 500

/** Writing, by the request that waits for it. */
const writing = new WeakMap<Request, Promise<void>[]>()

/**
 * Records an event in the audit trail. Call it only if `config.audit` is set, so that apps without an audit trail do
 * nothing for it.
 *
 * @returns resolves when the event is stored, after half a second at the latest; never rejects: an event that cannot be
 * stored is lost, and the log says so once
 */
export function recordEvent<Name extends string = AuditEventName>(
  { config, req }: EventPlace,
  event: Name,
  facts: EventFacts,
): Promise<void> {
  const { audit } = config
  if (!audit) return Promise.resolve()
  const now = new Date()
  const known = { id: createEventId(now.getTime()), event, createdAt: now }
  const complete = async () => ({
    ...known,
    ...(await completeFacts(facts)),
    ...(await describeClient(audit, req)),
  })
  const written = write(config, audit, complete)
  if (req) writing.set(req, [...(writing.get(req) ?? []), written])
  return written
}

/** Refusals that are stored in a minute, of one client and of all: anyone can cause them without end. */
const perClient = { limit: 30, window: 60 }
const ofAll = { limit: 600, window: 60 }
const refusals = perSource(() => memoryLimiter())

/** Records an event that anyone can cause, as {@link recordEvent} does, unless there have been too many. */
export async function recordRefusal(
  place: EventPlace & { readonly req: Request },
  event: AuditEventName,
  facts: EventFacts,
): Promise<void> {
  const counts = refusals(place.config)
  const isStored = counts.take(clientAddress(place.req), perClient).allowed && counts.take("", ofAll).allowed
  if (isStored) await recordEvent(place, event, facts)
}

/** Waits until the events of a request are stored, so that none is lost if the process is suspended afterwards. */
export async function eventsStored(req: Request): Promise<void> {
  await Promise.all(writing.get(req) ?? [])
}

async function completeFacts({
  findUser,
  userId,
  provider,
  reason,
}: EventFacts): Promise<Partial<AuditEvent>> {
  const id = userId ?? (await findUser?.())
  return {
    ...(id !== undefined && { userId: id }),
    ...(provider !== undefined && { provider }),
    ...(reason !== undefined && { reason }),
  }
}

async function describeClient(
  { networks }: ResolvedAudit,
  req: Request | undefined,
): Promise<Partial<AuditEvent>> {
  const userAgent = req?.get("user-agent")
  const network = networks && req ? clientNetwork(req) : undefined
  return {
    ...(userAgent && { device: await describeDevice(userAgent) }),
    ...(network !== undefined && { network }),
  }
}

type Config = EventPlace["config"]

async function write(
  config: Config,
  { store, days }: ResolvedAudit,
  complete: () => Promise<AuditEvent>,
): Promise<void> {
  const expires = new Date(Date.now() + days * 24 * 60 * 60 * 1000)
  try {
    await callsOf(store, config).make("write", async () => store.add(await complete(), expires))
  } catch {
    const message =
      "The store of the audit trail is slow at times, so that events may be missing from it. Requests wait half a second."
    warnOnce(config, { code: "audit-slow", message })
  }
}

const calls = new WeakMap<AuditStore, StoreCalls>()

function callsOf(store: AuditStore, { logger }: Config): StoreCalls {
  const known = calls.get(store)
  if (known) return known
  const onFailure = (cause: unknown) => {
    const message = "The audit trail could not be written. Events are lost until its store works again."
    logger.error(new ExpressAuthError("ERR_AUTH_AUDIT", message, { status: 503, cause }))
  }
  const created = new StoreCalls(timeout, onFailure, "audit")
  calls.set(store, created)
  return created
}
