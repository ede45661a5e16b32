import { randomUUID } from "node:crypto"

/** The greatest number that the bits of the counter can hold. */
const maxCount = 0xfff

let time = 0
let count = 0

/**
 * Creates an id that is greater than all ids that this process created before: the milliseconds since 1970, a counter
 * and random bits.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.7 UUID version 7
 */
export function createEventId(now = Date.now()): string {
  if (now > time) {
    time = now
    count = 0
  } else if (count < maxCount) {
    count++
  } else {
    time++
    count = 0
  }
  const clock = time.toString(16).padStart(12, "0")
  const number = count.toString(16).padStart(3, "0")
  return `${clock.slice(0, 8)}-${clock.slice(8)}-7${number}${randomUUID().slice(18)}`
}

/** Whether a value can be an id that {@link createEventId} returned. */
export function isEventId(value: unknown): value is string {
  return typeof value === "string" && /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/.test(value)
}
