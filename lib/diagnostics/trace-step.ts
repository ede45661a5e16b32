import type { TracingChannel } from "node:diagnostics_channel"
import { ExpressAuthError } from "../errors.js"
import { type StepName, steps } from "./channels.js"
import type { DiagnosticSteps } from "./messages.js"

/** Work that a step consists of. */
export interface Work<Result, Message> {
  /** Does it; an `AsyncLocalStorage` that a subscriber has bound to the channel applies to it. */
  readonly run: () => Result
  /** What the message says of the result. Never the result itself, which may contain tokens. */
  readonly describe: (result: Awaited<Result>) => Partial<Message>
  /** What the message says of an error. @default whether it is a refusal or a failure, and its code or name */
  readonly describeError?: (error: unknown) => Partial<Message>
}

/**
 * Runs a step and publishes its start and end, as `tracePromise()` of a tracing channel does: `start`, `end`, and for
 * asynchronous work `asyncStart` and `asyncEnd`. Unlike there, messages contain neither the result nor the error.
 *
 * @param known what is known at the start
 */
export function traceStep<Name extends StepName, Result>(
  step: Name,
  known: () => Partial<DiagnosticSteps[Name]>,
  work: Work<Result, DiagnosticSteps[Name]>,
): Result {
  const channel: TracingChannel = steps[step]
  if (!channel.hasSubscribers) return work.run()
  return runTraced(channel, new Step(known()), work)
}

/** The message of a step, which gains members when the step ends. */
class Step {
  readonly #since = performance.now()

  constructor(known: object) {
    Object.assign(this, known)
  }

  /** Adds the duration and the outcome, whose getters stay getters. */
  finish(outcome: object): void {
    Object.defineProperties(this, Object.getOwnPropertyDescriptors(outcome))
    Object.assign(this, { duration: performance.now() - this.#since })
  }
}

function runTraced<Result, Message>(
  channel: TracingChannel,
  message: Step,
  work: Work<Result, Message>,
): Result {
  const begun = begin(channel, message, work)
  if (begun instanceof Promise) return traceAsync(channel, message, { ...work, run: () => begun }) as Result
  message.finish(work.describe(begun as Awaited<Result>))
  channel.end.publish(message)
  return begun
}

/** A function that throws at once counts as synchronous. */
function begin<Result, Message>(
  channel: TracingChannel,
  message: Step,
  { run, describeError }: Work<Result, Message>,
): Result {
  try {
    return channel.start.runStores(message, run)
  } catch (error) {
    message.finish((describeError ?? describeAny)(error))
    channel.error.publish(message)
    channel.end.publish(message)
    throw error
  }
}

async function traceAsync<Result, Message>(
  channel: TracingChannel,
  message: Step,
  { run, describe, describeError }: Work<Promise<Result>, Message>,
): Promise<Result> {
  channel.end.publish(message)
  try {
    const result = await run()
    message.finish(describe(result))
    return result
  } catch (error) {
    message.finish((describeError ?? describeAny)(error))
    channel.error.publish(message)
    throw error
  } finally {
    channel.asyncStart.publish(message)
    channel.asyncEnd.publish(message)
  }
}

function describeAny(error: unknown): { outcome: "failed" | "refused"; reason: string } {
  const isRefusal = error instanceof ExpressAuthError && error.status < 500
  return { outcome: isRefusal ? "refused" : "failed", reason: reasonOf(error) }
}

/** Names an error without quoting it: messages of drivers and providers may repeat what they were sent. */
function reasonOf(error: unknown): string {
  if (error instanceof ExpressAuthError) return error.code
  return error instanceof Error ? error.name : typeof error
}
