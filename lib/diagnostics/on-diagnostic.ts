import { type ChannelListener, subscribe, unsubscribe } from "node:diagnostics_channel"
import { steps } from "./channels.js"
import type { DiagnosticMessages } from "./messages.js"

/**
 * Calls a function for every message of a name: for a step when it has finished, with `outcome` and `duration`; for a
 * fact when it happens. A listener runs within the request, so it must be fast. An error that it throws becomes an
 * `uncaughtException`, as with any subscriber of `node:diagnostics_channel`.
 *
 * @param name the name after `express-authjs:`, e.g. `"refused"`
 * @returns a function that removes the listener
 * @example
 * onDiagnostic("refused", ({ reason, provider, status }) => console.warn("refused", reason, provider, status))
 */
export function onDiagnostic<Name extends keyof DiagnosticMessages>(
  name: Name,
  listener: (message: DiagnosticMessages[Name]) => void,
): () => void {
  const receive: ChannelListener = (message) => {
    if (!isFinished(name, message)) return
    listener(message as DiagnosticMessages[Name])
  }
  const channels = channelsOf(name)
  for (const channel of channels) subscribe(channel, receive)
  return () => {
    for (const channel of channels) unsubscribe(channel, receive)
  }
}

/** A step that turned out to be synchronous ends at `end`, all others at `asyncEnd`. */
function channelsOf(name: keyof DiagnosticMessages): string[] {
  const channel = `express-authjs:${name}`
  return name in steps ? [`tracing:${channel}:end`, `tracing:${channel}:asyncEnd`] : [channel]
}

function isFinished(name: keyof DiagnosticMessages, message: unknown): boolean {
  return !(name in steps) || Object.hasOwn(Object(message), "duration")
}
