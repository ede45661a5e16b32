import { CallbackRouteError } from "@auth/core/errors"
import { expect } from "chai"
import { redact, resolveLogger } from "../../lib/config/logger.js"

function capture(act: () => void): string {
  const methods = ["error", "warn", "log"] as const
  const before = methods.map((method) => console[method])
  const lines: string[] = []
  for (const method of methods) console[method] = (...said: unknown[]) => void lines.push(said.join(" "))
  try {
    act()
  } finally {
    for (const [index, method] of methods.entries()) Object.assign(console, { [method]: before[index] })
  }
  return lines.join("\n")
}

describe("resolveLogger", () => {
  it("writes an error with its id, its stack and its causes", () => {
    const inner = new Error("the database is away")
    const error = new CallbackRouteError("sign-in failed", { cause: { err: inner } } as object)
    const text = capture(() =>
      resolveLogger({}).error(Object.assign(error, { cause: { err: inner } }), "4f2a"),
    )
    expect(text).to.match(/^\[auth\]\[error\]\[4f2a\] CallbackRouteError: sign-in failed/)
    expect(text)
      .to.include("caused by Error: the database is away")
      .and.match(/ at .*logger\.test\.ts/)
  })

  it("S11 writes nothing that hangs on an error", () => {
    const error = Object.assign(new Error("failed"), { token: "tok-secret", cause: { code: "code-secret" } })
    const text = capture(() => {
      resolveLogger({}).error(error)
      resolveLogger({}).error({ password: "pw-secret" })
      resolveLogger({}).error("cookie-secret")
    })
    expect(text).to.include("failed").and.not.include("secret")
  })

  it("writes a warning with its text", () => {
    expect(capture(() => resolveLogger({}).warn("weak-secret", "Use a longer one."))).to.equal(
      "[auth][warn][weak-secret] Use a longer one.",
    )
  })

  it("says nothing of debugging unless it is asked", () => {
    expect(capture(() => resolveLogger({}).debug("message", { action: "signin" }))).to.equal("")
    expect(capture(() => resolveLogger({ debug: true }).debug("message", { action: "signin" }))).to.equal(
      '[auth][debug] message {"action":"signin"}',
    )
  })

  it("asks a logger of the user's, as its methods, and tells it ids and texts too", () => {
    class Mine {
      readonly said: unknown[] = []
      error(...said: unknown[]) {
        this.said.push(said)
      }
      warn(...said: unknown[]) {
        this.said.push(said)
      }
      debug(...said: unknown[]) {
        this.said.push(said)
      }
    }
    const mine = new Mine()
    const logger = resolveLogger({ logger: mine as object, debug: true })
    const error = new Error("failed")
    logger.error(error, "4f2a")
    logger.warn("code", "text")
    logger.debug("message", { code: "x" })
    expect(mine.said).to.deep.equal([
      [error, "4f2a"],
      ["code", "text"],
      ["message", { code: "[redacted]" }],
    ])
  })

  it("S11 drops debug messages for a logger of the user's as well, unless debug is on", () => {
    let calls = 0
    resolveLogger({ logger: { debug: () => void calls++ } }).debug("CREATE_STATE", { value: "secret" })
    expect(calls).to.equal(0)
  })

  it("gives the user's logger an Error, whatever was thrown", () => {
    const said: unknown[] = []
    resolveLogger({ logger: { error: (error) => void said.push(error) } }).error("a string")
    expect(said[0]).to.be.instanceOf(Error)
  })
})

describe("redact", () => {
  it("S11 keeps names and harmless values, and nothing else", () => {
    const metadata = {
      url: "https://idp.example/authorize?state=secret",
      provider: { id: "github", clientSecret: "secret" },
      cookies: [{ name: "authjs.pkce.code_verifier", value: "secret" }],
      args: ["secret", 7, true, null],
      address: new URL("https://idp.example/?code=secret"),
      error: new TypeError("secret"),
      type: `oauth ${"secret".repeat(20)}`,
    }
    const text = JSON.stringify(redact(metadata))
    expect(text).not.to.include("secret").and.not.include("code_verifier")
    expect(redact(metadata)).to.deep.include({
      provider: { id: "github", clientSecret: "[redacted]" },
      args: ["[redacted]", "[redacted]", true, null],
      error: "TypeError",
    })
  })

  it("terminates on a cycle", () => {
    const cyclic: Record<string, unknown> = { action: "signin" }
    cyclic.self = cyclic
    expect(JSON.stringify(redact(cyclic))).to.include("[redacted]")
  })

  it("cannot be led astray by a name of Object.prototype", () => {
    expect(redact({ constructor: "secret", toString: "secret" })).to.deep.equal({
      constructor: "[redacted]",
      toString: "[redacted]",
    })
  })
})
