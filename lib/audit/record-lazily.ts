import type { AuditEventName, EventFacts, EventPlace } from "./record-event.js"

/** Does what `recordEvent` does, and loads it first: apps without an audit trail do not need it. */
export async function recordLazily(
  place: EventPlace,
  event: AuditEventName,
  facts: EventFacts,
): Promise<void> {
  const { recordEvent } = await import("./record-event.js")
  await recordEvent(place, event, facts)
}
