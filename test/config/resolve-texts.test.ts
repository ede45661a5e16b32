import { expect } from "chai"
import { ExpressAuth } from "express-authjs"
import { secret } from "../support/auth-apps.js"

/** The error that stops the start. */
function refusalOf(config: object): { code: string; message: string } {
  try {
    ExpressAuth({ providers: [], secret, ...config } as never)
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error("The configuration was accepted.")
}

describe("the option texts", () => {
  for (const [texts, code, ...parts] of [
    [
      { de: { "signIn.headin": "x" } },
      "ERR_AUTH_UNKNOWN_OPTION",
      "texts.de",
      'Did you mean "signIn.heading"?',
    ],
    [{ de: { toString: "x" } }, "ERR_AUTH_UNKNOWN_OPTION", "texts.de", "toString"],
    [
      { de: { "signIn.heading": 5 } },
      "ERR_AUTH_INVALID_OPTION",
      'texts.de["signIn.heading"]',
      "is 5",
      "a string",
    ],
    [
      { de: { "signIn.heading": "{a, plural" } },
      "ERR_AUTH_INVALID_OPTION",
      'texts.de["signIn.heading"]',
      "ICU",
    ],
    [
      { de: { "signIn.with": "Mit {name}" } },
      "ERR_AUTH_INVALID_OPTION",
      "texts.de",
      "{name}",
      "only {provider}",
    ],
    [{ de: { "signIn.lead": "<i>{host}</i>" } }, "ERR_AUTH_INVALID_OPTION", "texts.de", "<i>", "only <b>"],
    [{ de: { "signIn.lead": "<b>{host}" } }, "ERR_AUTH_INVALID_OPTION", 'texts.de["signIn.lead"]', "ICU"],
    [{ de: "Anmelden" }, "ERR_AUTH_INVALID_OPTION", "texts.de", "an object"],
    [{ Deutsch_: {} }, "ERR_AUTH_INVALID_OPTION", "Deutsch_", "language tag"],
    ["de", "ERR_AUTH_INVALID_OPTION", "`texts`", "an object"],
    [null, "ERR_AUTH_INVALID_OPTION", "`texts`", "an object"],
  ] as const)
    it(`refuses ${JSON.stringify(texts)}, and names language, text and fix`, () => {
      const refusal = refusalOf({ texts })
      expect(refusal.code).to.equal(code)
      for (const part of parts) expect(refusal.message).to.include(part)
    })

  it("accepts texts without placeholders or tags that ours have, and ones with other plural forms", () => {
    const texts = {
      de: { "signIn.lead": "weiter", "confirmForm.more": "{count, plural, =1 {eines} other {#}} mehr" },
    }
    ExpressAuth({ providers: [], secret, texts })
  })
})

describe("the option locale", () => {
  for (const [locale, ...parts] of [
    ["tlh", '"tlh"', "expected one of", "de"],
    ["not a language", "not a language"],
    [5, "is 5"],
    [["de"], '["de"]'],
  ] as const)
    it(`refuses ${JSON.stringify(locale)}`, () => {
      const { code, message } = refusalOf({ locale })
      expect(code).to.equal("ERR_AUTH_INVALID_OPTION")
      for (const part of ["`locale`", ...parts]) expect(message).to.include(part)
    })

  it("accepts a language that `texts` adds", () => {
    const logger = { warn: () => {} }
    ExpressAuth({ providers: [], secret, logger, locale: "sv-FI", texts: { sv: {} } })
  })
})
