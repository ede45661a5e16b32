import { randomInt } from "node:crypto"
import { setTimeout as wait } from "node:timers/promises"
import { perSource } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"

/** Mails whose time is kept. */
const size = 20
/** Milliseconds a mail takes while none has been sent. */
const usual = 500

/**
 * What the mails of a provider are like, so that an answer without a mail cannot be told from one with a mail: it shows the
 * same page, after the same time.
 */
class MailHabits {
  readonly #times: number[] = []
  #hadCode = true

  /** Whether the last mail had a code in it. */
  get hadCode(): boolean {
    return this.#hadCode
  }

  /** @param start when the sending began, by `performance.now()` */
  note(start: number, hadCode: boolean): void {
    this.#hadCode = hadCode
    this.#times.push(performance.now() - start)
    if (this.#times.length > size) this.#times.shift()
  }

  /** Waits until as much time has passed since `start` as one of the last mails took. */
  async waitAsIfSent(start: number): Promise<void> {
    const time = this.#times[randomInt(Math.max(1, this.#times.length))] ?? usual
    await wait(Math.max(0, start + time - performance.now()))
  }
}

const ofProviders = perSource(() => new Map<string, MailHabits>())

/** @param id of the provider */
export function mailHabits(config: ResolvedConfig, id: string): MailHabits {
  const known = ofProviders(config)
  const habits = known.get(id) ?? new MailHabits()
  known.set(id, habits)
  return habits
}
