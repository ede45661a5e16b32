import { LRUCache } from "lru-cache"

/** How many mails one address gets: each is a nuisance to whom it belongs, and five guesses at its code. */
const limits = [
  { mails: 5, within: 15 * 60 * 1000 },
  { mails: 20, within: 24 * 60 * 60 * 1000 },
] as const

interface Sent {
  readonly times: readonly number[]
  readonly hasCode: boolean
}

/** Counts the mails of each address, in the memory of this process. */
class MailLimit {
  readonly #sent = new LRUCache<string, Sent>({ max: 10_000, ttl: 24 * 60 * 60 * 1000 })

  /** @returns whether another mail may go to the address; it is counted then */
  take(address: string): boolean {
    const now = Date.now()
    const { times, hasCode } = this.#of(address)
    const isFull = limits.some(
      ({ mails, within }) => times.filter((time) => time > now - within).length >= mails,
    )
    if (isFull) return false
    this.#sent.set(address, { times: [...times, now].slice(-20), hasCode })
    return true
  }

  /** The mail that was counted last could not be sent. */
  giveBack(address: string): void {
    const { times, hasCode } = this.#of(address)
    this.#sent.set(address, { times: times.slice(0, -1), hasCode })
  }

  sent(address: string, hasCode: boolean): void {
    this.#sent.set(address, { ...this.#of(address), hasCode })
  }

  /** Whether there was a code in the last one. */
  hadCode(address: string): boolean {
    return this.#of(address).hasCode
  }

  #of(address: string): Sent {
    return this.#sent.get(address) ?? { times: [], hasCode: true }
  }
}

const byAdapter = new WeakMap<object, MailLimit>()
const withoutAdapter = {}

/** By database rather than configuration: an app may make a configuration for each request. */
export function mailLimitOf(adapter: object = withoutAdapter): MailLimit {
  const known = byAdapter.get(adapter)
  if (known) return known
  const created = new MailLimit()
  byAdapter.set(adapter, created)
  return created
}
