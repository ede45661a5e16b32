import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { inspect } from "node:util"
import { expect } from "chai"
import type { DiagnosticMessages } from "express-authjs/diagnostics"
import { facts, steps } from "../../lib/diagnostics/channels.js"

type Name = keyof DiagnosticMessages
type Recorded = { readonly channel: string; readonly message: Record<string, unknown> }

const moments = ["start", "end", "asyncStart", "asyncEnd", "error"]

/** Every channel, by its full name. */
export const channels = [
  ...Object.keys(facts).map((name) => `express-authjs:${name}`),
  ...Object.keys(steps).flatMap((name) =>
    moments.map((moment) => `tracing:express-authjs:${name}:${moment}`),
  ),
]

/** Records all messages of a test, as they are when they arrive and as they are at its end. */
export function useDiagnostics() {
  const recorded: Recorded[] = []
  const texts: string[] = []
  const receive = (message: unknown, channel: string | symbol): void => {
    texts.push(inspect(message, { depth: null, showHidden: true, getters: true }))
    recorded.push({ channel: String(channel), message: { ...Object(message) } })
  }
  beforeEach(() => {
    recorded.length = 0
    texts.length = 0
    for (const channel of channels) subscribe(channel, receive)
  })
  afterEach(() => {
    for (const channel of channels) unsubscribe(channel, receive)
  })

  /** The finished messages of a name, without their durations. */
  function messages<Of extends Name>(name: Of): Partial<DiagnosticMessages[Of]>[] {
    const found = recorded.filter(({ channel, message }) =>
      name in facts
        ? channel === `express-authjs:${name}`
        : /:(?:end|asyncEnd)$/.test(channel) &&
          channel.startsWith(`tracing:express-authjs:${name}:`) &&
          "duration" in message,
    )
    return found.map(
      ({ message: { duration: _duration, ...rest } }) => rest as Partial<DiagnosticMessages[Of]>,
    )
  }

  /** Fails if any message contains one of these texts, also in another encoding. */
  function expectWithout(secrets: readonly string[]): void {
    expect(texts).to.not.be.empty
    const all = texts.join("\n")
    const encoded = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), btoa(secret)])
    const found = encoded.filter((secret) => secret.length > 2 && all.includes(secret))
    expect(found).to.deep.equal([])
  }

  return { recorded, messages, expectWithout }
}
