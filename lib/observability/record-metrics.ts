import type { Histogram, Meter } from "@opentelemetry/api"
import { type FactName, facts, type StepName, steps } from "../diagnostics/channels.js"
import { onDiagnostic } from "../diagnostics/on-diagnostic.js"
import { metricAttributes } from "./attributes.js"

/** The counters, by the fact that they count. */
const counters = {
  "signed-in": ["express_authjs.signed_in", "Users who have signed in."],
  "session-renewed": ["express_authjs.session.renewed", "Sessions that were renewed while in use."],
  "session-refused": ["express_authjs.session.refused", "Session cookies that were not accepted."],
  "session-ended": ["express_authjs.session.ended", "Sessions that ended before they expired."],
  "limit-reached": ["express_authjs.limit.reached", "Attempts beyond a limit."],
  refused: ["express_authjs.refused", "Requests that were refused or failed."],
} as const satisfies Record<FactName, readonly [name: string, description: string]>

/** Seconds, from a remembered session token to a provider's time-out. */
const boundaries = [0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/**
 * Records a histogram of durations for each step, whose counts tell how many there were with which outcome, and a
 * counter for each fact.
 *
 * @returns a function that stops recording
 */
export function recordMetrics(meter: Meter): () => void {
  const stops = [
    ...(Object.keys(steps) as StepName[]).map((step) => recordStep(step, meter)),
    ...(Object.keys(facts) as FactName[]).map((fact) => countFact(fact, meter)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function recordStep(step: StepName, meter: Meter): () => void {
  const histogram: Histogram = meter.createHistogram(`express_authjs.${step.replaceAll("-", "_")}.duration`, {
    description: `How long the step "${step}" takes.`,
    unit: "s",
    advice: { explicitBucketBoundaries: boundaries },
  })
  return onDiagnostic(step, (message) => histogram.record(message.duration / 1000, metricAttributes(message)))
}

function countFact(fact: FactName, meter: Meter): () => void {
  const [name, description] = counters[fact]
  const counter = meter.createCounter(name, { description })
  return onDiagnostic(fact, (message) => counter.add(1, metricAttributes(message)))
}
