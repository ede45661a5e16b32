import { expect } from "chai"
import { getSignInMessage } from "../../lib/pages/sign-in-message.js"
import { textsOf } from "../../lib/texts/texts.js"

describe("getSignInMessage about passkeys", () => {
  const codes = "expired unknown registered session_changed origin counter user_verification".split(" ")

  it("has a text of its own for each reason, and one for all others", () => {
    const texts = [...codes, "toString", undefined].map(
      (code) => getSignInMessage(textsOf("en"), { error: "WebAuthnVerificationError", code })?.text,
    )
    expect(texts).to.not.include(undefined)
    expect(new Set(texts)).to.have.lengthOf(codes.length + 1)
  })
})
