import { AsyncLocalStorage } from "node:async_hooks"
import type { Context, Span, Tracer } from "@opentelemetry/api"
import { type FactName, facts, type StepName, steps } from "../diagnostics/channels.js"
import type { DiagnosticSteps } from "../diagnostics/messages.js"
import { onDiagnostic } from "../diagnostics/on-diagnostic.js"
import { spanAttributes } from "./attributes.js"

/** The parts of `@opentelemetry/api` that spans need. */
export type Api = Pick<typeof import("@opentelemetry/api"), "context" | "SpanStatusCode" | "trace">

/** What every span needs. */
interface Recorder {
  readonly tracer: Tracer
  readonly api: Api
  /** The spans of steps that have not finished, by their messages. */
  readonly spans: WeakMap<object, Span>
}

/**
 * Records a span for each step, and each fact as an event of the active span.
 *
 * @returns a function that stops recording
 */
export function recordSpans(tracer: Tracer, api: Api): () => void {
  const recorder = { tracer, api, spans: new WeakMap<object, Span>() }
  const storage = findStorage(api)
  const stops = [
    ...(Object.keys(steps) as StepName[]).map((step) =>
      step === "session-read" ? recordReads(recorder) : recordStep(step, recorder, storage),
    ),
    ...(Object.keys(facts) as FactName[]).map((fact) => recordFact(fact, api)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/**
 * Returns where the SDK's context manager keeps the active context. Bound to a channel, it makes what runs within a
 * step, such as a query, a child of the step's span. The API has no other way to activate a context without a callback.
 */
function findStorage({ context }: Api): AsyncLocalStorage<Context> | undefined {
  const manager: unknown = Reflect.get(context, "_getContextManager")?.call(context)
  const storage: unknown = Reflect.get(Object(manager), "_asyncLocalStorage")
  return storage instanceof AsyncLocalStorage ? storage : undefined
}

/** Without storage, the spans of what runs within the step become siblings of the step's. */
function recordStep(
  step: StepName,
  recorder: Recorder,
  storage: AsyncLocalStorage<Context> | undefined,
): () => void {
  const { start } = steps[step]
  const begin = (message: unknown) => startSpan(step, Object(message), recorder)
  if (storage) start.bindStore(storage, begin)
  else start.subscribe(begin)
  const stop = onDiagnostic(step, (message) => endSpan(message, recorder))
  return () => {
    if (storage) start.unbindStore(storage)
    else start.unsubscribe(begin)
    stop()
  }
}

/** Returns the context in which the span is active. */
function startSpan(step: StepName, message: object, { tracer, api, spans }: Recorder): Context {
  const active = api.context.active()
  const span = tracer.startSpan(`express-authjs ${step}`, {}, active)
  spans.set(message, span)
  return api.trace.setSpan(active, span)
}

function endSpan(message: DiagnosticSteps[StepName], { api, spans }: Recorder): void {
  const span = spans.get(message)
  if (!span) return
  span.setAttributes(spanAttributes(message))
  if (message.outcome === "failed") span.setStatus({ code: api.SpanStatusCode.ERROR })
  span.end()
}

/**
 * Most requests read a session from their token within microseconds, so spans are recorded only for reads that asked a
 * store or a callback, when they have finished.
 */
function recordReads(recorder: Recorder): () => void {
  const { asyncEnd } = steps["session-read"]
  const receive = (received: unknown) => {
    const message = received as DiagnosticSteps["session-read"]
    const startTime = Date.now() - message.duration
    const span = recorder.tracer.startSpan("express-authjs session-read", { startTime })
    recorder.spans.set(message, span)
    endSpan(message, recorder)
  }
  asyncEnd.subscribe(receive)
  return () => void asyncEnd.unsubscribe(receive)
}

function recordFact(fact: FactName, { trace }: Api): () => void {
  return onDiagnostic(fact, (message) =>
    trace.getActiveSpan()?.addEvent(`express-authjs ${fact}`, spanAttributes(message)),
  )
}
