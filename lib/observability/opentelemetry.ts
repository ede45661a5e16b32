import type { MeterProvider, TracerProvider } from "@opentelemetry/api"
import { isMissingPackage } from "../config/package-require.js"
import { ConfigError } from "../errors.js"
import { recordMetrics } from "./record-metrics.js"
import { recordSpans } from "./record-spans.js"
import requireOpenTelemetry from "./require-opentelemetry.cjs"

/** Where `instrument()` sends spans and metrics. */
export interface InstrumentOptions {
  /** Receives the spans. @default the provider registered with `@opentelemetry/api` */
  readonly tracerProvider?: TracerProvider
  /** Receives the metrics. @default the provider registered with `@opentelemetry/api` */
  readonly meterProvider?: MeterProvider
}

/** The name of the tracer and the meter. */
const scope = "express-authjs"

/**
 * Records what the library does as OpenTelemetry spans and metrics, for all apps of the process. Call it once, after the
 * OpenTelemetry SDK has started. Spans and metrics contain what messages of `express-authjs/diagnostics` do: no token,
 * code, password, cookie, name or address; users appear as keyed hashes, on spans only.
 *
 * @returns a function that stops recording
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` with the command to run if `@opentelemetry/api` is not installed
 * @see https://opentelemetry.io/docs/languages/js/
 * @example
 * instrument()
 */
export function instrument({ tracerProvider, meterProvider }: InstrumentOptions = {}): () => void {
  const api = requireOpenTelemetry(explainMissing)
  const tracer = (tracerProvider ?? api.trace).getTracer(scope)
  const meter = (meterProvider ?? api.metrics).getMeter(scope)
  const stops = [recordSpans(tracer, api), recordMetrics(meter)]
  return () => {
    for (const stop of stops) stop()
  }
}

function explainMissing(cause: unknown): never {
  const name = "@opentelemetry/api"
  if (!isMissingPackage(cause, name)) throw cause
  const message = `instrument() needs the package ${name}, which is not installed: npm install ${name}`
  throw new ConfigError("ERR_AUTH_INVALID_OPTION", message, { cause })
}
