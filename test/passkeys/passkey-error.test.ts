import { AdapterError, CallbackRouteError, WebAuthnVerificationError } from "@auth/core/errors"
import { expect } from "chai"
import { PasskeyError, passkeyReasonOf } from "../../lib/passkeys/passkey-error.js"
import { toFailure } from "../../lib/replies/failure.js"

const counter = new Error("Response counter value 3 was lower than expected 5")

/** As core wraps what was thrown beneath it. */
const because = (err: Error) => ({ cause: { err } })

describe("passkeyReasonOf", () => {
  it("finds a reason of ours below what core wraps around it", () => {
    const error = new PasskeyError("unknown", "no such passkey")
    expect(passkeyReasonOf(error)).to.equal("unknown")
    expect(passkeyReasonOf(new AdapterError("x", because(error)))).to.equal("unknown")
    expect(
      passkeyReasonOf(new CallbackRouteError("x", because(new AdapterError("x", because(error))))),
    ).to.equal("unknown")
  })

  it("maps the errors of @simplewebauthn/server about passkeys, and no others", () => {
    expect(passkeyReasonOf(new WebAuthnVerificationError("x", because(counter)))).to.equal("counter")
    expect(passkeyReasonOf(new CallbackRouteError("x", because(counter)))).to.equal(undefined)
    expect(
      passkeyReasonOf(new WebAuthnVerificationError("x", because(new Error("Missing credential ID")))),
    ).to.equal(undefined)
    expect(passkeyReasonOf(undefined)).to.equal(undefined)
  })

  it("terminates on circular causes", () => {
    const error = new Error("around")
    error.cause = error
    expect(passkeyReasonOf(error)).to.equal(undefined)
  })

  it("has a visitor's message for every reason, and logs two of them as errors", () => {
    const failure = (reason: ConstructorParameters<typeof PasskeyError>[0]) =>
      toFailure(new PasskeyError(reason, "x"))
    expect(failure("expired")).to.deep.equal({
      ...{ page: "signin", error: "WebAuthnVerificationError", code: "expired" },
      ...{ status: 400, unexpected: false },
    })
    expect(toFailure(new WebAuthnVerificationError("x", because(counter)))).to.include({
      code: "counter",
      unexpected: true,
    })
    expect(failure("origin").unexpected).to.equal(true)
  })
})
