import { type Channel, channel, type TracingChannel, tracingChannel } from "node:diagnostics_channel"
import type { DiagnosticFacts, DiagnosticSteps } from "./messages.js"

/** The name of something that takes time. */
export type StepName = keyof DiagnosticSteps
/** The name of something that happens at one moment. */
export type FactName = keyof DiagnosticFacts

/** The tracing channels of what takes time. */
export const steps: Readonly<Record<StepName, TracingChannel>> = {
  "sign-in-start": tracingChannel("express-authjs:sign-in-start"),
  "sign-in": tracingChannel("express-authjs:sign-in"),
  "session-read": tracingChannel("express-authjs:session-read"),
  "token-refresh": tracingChannel("express-authjs:token-refresh"),
  mail: tracingChannel("express-authjs:mail"),
  migration: tracingChannel("express-authjs:migration"),
}

/** The channels of what happens at one moment. */
export const facts: Readonly<Record<FactName, Channel>> = {
  "signed-in": channel("express-authjs:signed-in"),
  "session-renewed": channel("express-authjs:session-renewed"),
  "session-refused": channel("express-authjs:session-refused"),
  "session-ended": channel("express-authjs:session-ended"),
  "limit-reached": channel("express-authjs:limit-reached"),
  refused: channel("express-authjs:refused"),
}

/** Publishes a fact. The message is built only if there are subscribers. */
export function publish<Name extends FactName>(name: Name, message: () => DiagnosticFacts[Name]): void {
  if (facts[name].hasSubscribers) facts[name].publish(message())
}
