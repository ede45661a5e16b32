import { perSource, type Remembering } from "../config/process-memory.js"
import { appliesTo } from "../stores/cache-revocations.js"
import type { RevocationStore } from "../stores/revocation-store.js"

/** A revocation that is not in its store yet. */
interface Pending {
  readonly keys: readonly string[]
  readonly until: Date
  /** When the sessions were revoked; sessions that start later stay valid. */
  readonly at: Date
}

/** Most revocations kept; beyond that the oldest are dropped. */
const maxPending = 10_000
/** Milliseconds between attempts to write them. */
const pause = 2000

/**
 * Revocations that could not be written because their store was unreachable. They apply to this process at once and are
 * written when the store responds again; they are lost if the process exits first.
 */
class PendingRevocations {
  readonly #pending = new Set<Pending>()
  #timer: NodeJS.Timeout | undefined

  add(pending: Pending, store: RevocationStore): void {
    this.#pending.add(pending)
    const [oldest] = this.#pending
    if (oldest && this.#pending.size > maxPending) this.#pending.delete(oldest)
    this.#schedule(store)
  }

  /** Whether one of these keys was revoked at or after `startedAt`, or at all in the case of `sid:` keys. */
  has(keys: readonly string[], startedAt: Date): boolean {
    const started = startedAt.getTime()
    const isEnded = (pending: Pending) =>
      keys.some((key) => pending.keys.includes(key) && appliesTo(key, pending.at.getTime(), started))
    for (const pending of this.#pending) if (isEnded(pending)) return true
    return false
  }

  #schedule(store: RevocationStore): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#write(store).catch(() => this.#schedule(store))
    }, pause).unref()
  }

  async #write(store: RevocationStore): Promise<void> {
    for (const pending of this.#pending) {
      const { keys, until, at } = pending
      if (until.getTime() > Date.now()) await store.revoke(keys, until, at)
      this.#pending.delete(pending)
    }
  }
}

/** Returns the pending revocations of a configuration, shared by all configurations of one source. */
export const pendingRevocations: (config: Remembering) => PendingRevocations = perSource(
  () => new PendingRevocations(),
)
