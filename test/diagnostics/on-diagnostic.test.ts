import { AsyncLocalStorage } from "node:async_hooks"
import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel"
import { expect } from "chai"
import { type DiagnosticMessages, diagnosticId, onDiagnostic } from "express-authjs/diagnostics"
import { publish, steps } from "../../lib/diagnostics/channels.js"
import { traceStep } from "../../lib/diagnostics/trace-step.js"

const sent = { outcome: "sent" } as const
const known = () => ({ provider: "email", type: "email" })

describe("onDiagnostic()", () => {
  it("calls the listener when a step has finished, and no more once it is removed", async () => {
    const got: DiagnosticMessages["mail"][] = []
    const stop = onDiagnostic("mail", (message) => void got.push({ ...message }))
    const mail = () => traceStep("mail", known, { run: async () => "a secret", describe: () => sent })
    expect(await mail()).to.equal("a secret")
    stop()
    await mail()
    expect(got).to.have.length(1)
    const { duration, ...rest } = got[0] ?? { duration: 0 }
    expect(rest).to.deep.equal({ provider: "email", type: "email", outcome: "sent" })
    expect(duration).to.be.a("number")
  })

  it("also when it was synchronous", () => {
    const got: unknown[] = []
    const stop = onDiagnostic("session-read", ({ outcome }) => void got.push(outcome))
    traceStep("session-read", () => ({}), { run: () => 1, describe: () => ({ outcome: "active" }) })
    expect(() => traceStep("session-read", () => ({}), { run: fail, describe: () => ({}) })).to.throw("no")
    stop()
    expect(got).to.deep.equal(["active", "failed"])
  })

  it("calls the listener for a fact", () => {
    const got: unknown[] = []
    const stop = onDiagnostic("limit-reached", (message) => void got.push(message))
    const message = { limit: "client", retryAfter: 3 }
    publish("limit-reached", () => message)
    stop()
    expect(got).to.deep.equal([message])
  })
})

describe("channels without subscribers", () => {
  it("build no message", () => {
    const build = () => expect.fail("a message was built")
    publish("refused", build)
    expect(traceStep("mail", build, { run: () => 1, describe: build })).to.equal(1)
    expect(steps.mail.hasSubscribers).to.equal(false)
  })
})

describe("the tracing channels", () => {
  it("carry the context that a subscriber binds", async () => {
    const storage = new AsyncLocalStorage<string>()
    const { start } = tracingChannel("express-authjs:mail")
    start.bindStore(storage, () => "in the step")
    const seen: (string | undefined)[] = []
    const run = async () => {
      await Promise.resolve()
      seen.push(storage.getStore())
    }
    await traceStep("mail", known, { run, describe: () => sent })
    start.unbindStore(storage)
    expect(seen).to.deep.equal(["in the step"])
  })

  it("contain neither the result nor the error", async () => {
    const got: object[] = []
    const receive = (message: unknown) => void got.push(Object(message))
    for (const moment of ["error", "asyncEnd"]) subscribe(`tracing:express-authjs:mail:${moment}`, receive)
    await traceStep("mail", known, { run: async () => "a secret", describe: () => sent })
    const failing = traceStep("mail", known, { run: async () => fail(), describe: () => sent })
    expect(await failing.catch((error: Error) => error.message)).to.equal("no")
    for (const moment of ["error", "asyncEnd"]) unsubscribe(`tracing:express-authjs:mail:${moment}`, receive)
    expect(got).to.have.length(3)
    for (const message of got) expect(message).to.have.all.keys(expectedKeys(message))
    expect(steps.mail.hasSubscribers).to.equal(false)
  })
})

describe("diagnosticId()", () => {
  it("is the same for the same secret, and says nothing of the id", () => {
    const one = diagnosticId("17", "a secret")
    expect(one)
      .to.match(/^[\w-]{16}$/)
      .and.equal(diagnosticId("17", "a secret"))
    expect(one).to.not.equal(diagnosticId("18", "a secret"))
    expect(one).to.not.equal(diagnosticId("17", "another secret"))
  })
})

function expectedKeys(message: object): string[] {
  const reason = "reason" in message ? ["reason"] : []
  return ["provider", "type", "outcome", "duration", ...reason]
}

function fail(): never {
  throw new Error("no")
}
