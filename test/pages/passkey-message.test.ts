import { expect } from "chai"
import { getPasskeyMessage } from "../../lib/pages/passkey-message.js"
import { getSignInMessage } from "../../lib/pages/sign-in-message.js"

describe("getPasskeyMessage", () => {
  const codes = "expired unknown registered session_changed origin counter user_verification".split(" ")

  it("has a text of its own for each reason, and one for all others", () => {
    const texts = [...codes, "toString", undefined].map((code) => getPasskeyMessage(code).text)
    expect(new Set(texts)).to.have.lengthOf(codes.length + 1)
  })

  it("is what the sign-in page says", () => {
    for (const code of codes)
      expect(getSignInMessage("WebAuthnVerificationError", code)).to.deep.equal(getPasskeyMessage(code))
  })
})
