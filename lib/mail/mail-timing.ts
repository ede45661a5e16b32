import { randomInt } from "node:crypto"
import { setTimeout as wait } from "node:timers/promises"
import { perSource } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"

/** Mails whose duration is kept. */
const size = 20
/** Milliseconds assumed until the first mail was sent. */
const assumed = 500

/**
 * Records how long a provider's mails take and whether they contain codes, so that a response without a mail is
 * indistinguishable: it shows the same page after the same time.
 */
class MailTiming {
  readonly #times: number[] = []
  #hadCode = true

  /** Whether the last mail contained a code. */
  get hadCode(): boolean {
    return this.#hadCode
  }

  /**
   * Records a mail that was sent.
   *
   * @param start `performance.now()` when sending started
   */
  note(start: number, hadCode: boolean): void {
    this.#hadCode = hadCode
    this.#times.push(performance.now() - start)
    if (this.#times.length > size) this.#times.shift()
  }

  /**
   * Waits until as much time has passed since `start` as one of the last mails took.
   *
   * @param start a value of `performance.now()`
   */
  async waitAsIfSent(start: number): Promise<void> {
    const time = this.#times[randomInt(Math.max(1, this.#times.length))] ?? assumed
    await wait(Math.max(0, start + time - performance.now()))
  }
}

const timings = perSource(() => new Map<string, MailTiming>())

/**
 * Returns the record of a provider's mails.
 *
 * @param id the provider's id
 */
export function mailTiming(config: ResolvedConfig, id: string): MailTiming {
  const byProvider = timings(config)
  const timing = byProvider.get(id) ?? new MailTiming()
  byProvider.set(id, timing)
  return timing
}
