import type { SignInMessage, SignInStartMessage } from "../diagnostics/messages.js"
import { traceStep } from "../diagnostics/trace-step.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import { toFailure } from "./failure.js"
import { outcomeOf } from "./responses.js"

type Note = () => Partial<SignInMessage>

const notes = new WeakMap<Response, Note>()

/** Attaches to a response what the message of its sign-in says and the response itself does not. */
export function noteSignIn(response: Response, note: Note): Response {
  notes.set(response, note)
  return response
}

/** Starts a sign-in, and publishes how that went. */
export function traceSignInStart(attempt: SignInAttempt, run: () => Promise<Response>): Promise<Response> {
  const describe = (response: Response): Partial<SignInStartMessage> => ({
    outcome: "started",
    ...describeFailure(response),
  })
  return traceStep("sign-in-start", () => describeAttempt(attempt), { run, describe, describeError })
}

/** Finishes a sign-in or a link, and publishes how that went. */
export function traceSignIn(attempt: SignInAttempt, run: () => Promise<Response>): Promise<Response> {
  const describe = (response: Response): Partial<SignInMessage> => ({
    outcome: attempt.link ? "linked" : "signed-in",
    ...describeFailure(response),
    ...notes.get(response)?.(),
  })
  return traceStep("sign-in", () => describeAttempt(attempt), { run, describe, describeError })
}

function describeError(error: unknown): ReturnType<typeof describeFailure> {
  const { status, error: reason } = toFailure(error)
  return { outcome: status < 500 ? "refused" : "failed", reason }
}

function describeAttempt({ provider, link }: SignInAttempt) {
  return { provider: provider.id, type: provider.type, linking: link !== undefined }
}

function describeFailure(response: Response): { outcome?: "refused" | "failed"; reason?: string } {
  const { ok, status, error } = outcomeOf(response)
  if (ok || error === undefined) return {}
  return { outcome: status < 500 ? "refused" : "failed", reason: error }
}
