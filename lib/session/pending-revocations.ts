import { perSource, type Remembering } from "../config/process-memory.js"
import type { RevocationStore } from "../stores/revocation-store.js"

interface Pending {
  readonly keys: readonly string[]
  readonly until: Date
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
  readonly #pending: Pending[] = []
  #timer: NodeJS.Timeout | undefined

  add(pending: Pending, store: RevocationStore): void {
    this.#pending.push(pending)
    if (this.#pending.length > maxPending) this.#pending.shift()
    this.#schedule(store)
  }

  has(keys: readonly string[]): boolean {
    return this.#pending.some((pending) => pending.keys.some((key) => keys.includes(key)))
  }

  #schedule(store: RevocationStore): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#write(store).catch(() => this.#schedule(store))
    }, pause).unref()
  }

  async #write(store: RevocationStore): Promise<void> {
    for (let next = this.#pending[0]; next; next = this.#pending[0]) {
      if (next.until.getTime() > Date.now()) await store.revoke(next.keys, next.until)
      this.#pending.shift()
    }
  }
}

/** Returns the pending revocations of a configuration, shared by all configurations of one source. */
export const pendingRevocations: (config: Remembering) => PendingRevocations = perSource(
  () => new PendingRevocations(),
)
