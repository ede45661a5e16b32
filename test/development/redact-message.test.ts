import { expect } from "chai"
import fc from "fast-check"
import { redactMessage } from "../../lib/development/redact-message.js"
import { processorTime } from "../support/processor-time.js"

describe("redactMessage", () => {
  const rows: [before: string, after: string][] = [
    [
      "connect postgres://app:pass@db.internal:5432/main",
      "connect postgres://[redacted]@db.internal:5432/main",
    ],
    ["redis://:hunter22@localhost", "redis://[redacted]@localhost"],
    ["invalid_grant: code=abcdefgh1234&x=1", "invalid_grant: code=[redacted]&x=1"],
    ['{"access_token":"abcdefgh"}', '{"access_token":"[redacted]"}'],
    ["Authorization: Bearer abc.def-ghi", "Authorization: Bearer [redacted]"],
    ["eyJhbGciOiJkaXIifQ1.eyJzdWIiOiIxIn0.c2ln is expired", "[redacted] is expired"],
    ["Set AUTH_GITHUB_SECRET, or pass `clientSecret`.", "Set AUTH_GITHUB_SECRET, or pass `clientSecret`."],
    [
      "See https://authjs.dev/getting-started/providers/github",
      "See https://authjs.dev/getting-started/providers/github",
    ],
    ["secret: [newSecret, oldSecret]", "secret: [newSecret, oldSecret]"],
    ['app.use("/auth", auth)', 'app.use("/auth", auth)'],
    [
      "The newest secret has 12 characters; expected at least 32.",
      "The newest secret has 12 characters; expected at least 32.",
    ],
  ]
  for (const [before, after] of rows)
    it(`turns "${before}" into "${after}"`, () => expect(redactMessage(before)).to.equal(after))

  it("removes every known secret, wherever it stands", () => {
    const words = fc.string({ maxLength: 20 })
    fc.assert(
      fc.property(words, fc.uuid(), words, (before, secret, after) => {
        expect(redactMessage(before + secret + after, [secret])).not.to.include(secret)
      }),
    )
  })

  it("takes no longer for long messages", async () => {
    const redactAll = () => {
      redactMessage("aA1-".repeat(50_000))
      redactMessage("token=".repeat(50_000))
      redactMessage(`${"a+".repeat(50_000)}://`)
    }
    expect(await processorTime(redactAll)).to.be.below(1000)
  })
})
