import * as errors from "@auth/core/errors"
import { expect } from "chai"
import { ExpressAuthError } from "../../lib/errors.js"
import { toFailure } from "../../lib/replies/failure.js"

const reason = { cause: { err: new Error("The reason") } }
const inside = (err: unknown) => new errors.CallbackRouteError("x", { cause: { err } })

class WrongCode extends errors.CredentialsSignin {
  override code = "wrong-code"
}

const expectations: [
  what: string,
  error: unknown,
  page: string,
  said: string,
  status: number,
  logged: boolean,
][] = [
  ["a wrong password", new errors.CredentialsSignin(), "signin", "CredentialsSignin", 401, false],
  ["a refused code", new WrongCode(), "signin", "CredentialsSignin", 401, false],
  [
    "a wrong password, wrapped",
    inside(new errors.CredentialsSignin()),
    "signin",
    "CredentialsSignin",
    401,
    true,
  ],
  [
    "an address of another user",
    new errors.OAuthAccountNotLinked("x"),
    "signin",
    "OAuthAccountNotLinked",
    409,
    false,
  ],
  ["a passkey of another user", new errors.AccountNotLinked("x"), "signin", "AccountNotLinked", 409, false],
  ["a provider's error", new errors.OAuthCallbackError("x"), "signin", "OAuthCallbackError", 400, true],
  [
    "a passkey that fails",
    new errors.WebAuthnVerificationError("x"),
    "signin",
    "WebAuthnVerificationError",
    400,
    true,
  ],
  ["a refused address", new errors.EmailSignInError("x"), "signin", "EmailSignin", 400, false],
  ["an unsent mail", new errors.EmailSignInError("x", reason), "signin", "EmailSignin", 503, true],
  ["callbacks.signIn saying no", new errors.AccessDenied("x"), "error", "AccessDenied", 403, false],
  ["callbacks.signIn throwing", new errors.AccessDenied("x", reason), "error", "AccessDenied", 403, true],
  ["a spent link", new errors.Verification("x"), "error", "Verification", 400, false],
  ["a check that fails", new errors.InvalidCheck("x"), "error", "Expired", 400, false],
  ["a database that is down", new errors.AdapterError("x"), "error", "Unavailable", 503, true],
  [
    "a spent code",
    inside(Object.assign(new Error("x"), { error: "invalid_grant" })),
    "error",
    "Expired",
    400,
    false,
  ],
  [
    "a wrong secret",
    inside(Object.assign(new Error("x"), { error: "invalid_client" })),
    "error",
    "Configuration",
    500,
    true,
  ],
  ["another error of core's", new errors.InvalidProvider("x"), "error", "Configuration", 500, true],
  ["a bug", new TypeError("x is not a function"), "error", "Configuration", 500, true],
  ["a value that is no error", "x", "error", "Configuration", 500, true],
  ["nothing", undefined, "error", "Configuration", 500, true],
  [
    "a missing token",
    new ExpressAuthError("ERR_AUTH_CSRF", "x", { status: 403 }),
    "error",
    "MissingCSRF",
    403,
    false,
  ],
  ["no flow", new ExpressAuthError("ERR_AUTH_FLOW", "x", { status: 400 }), "error", "Expired", 400, false],
  [
    "a bad body",
    new ExpressAuthError("ERR_AUTH_BODY", "x", { status: 413 }),
    "error",
    "BadRequest",
    413,
    false,
  ],
  [
    "a sign-out undone",
    new ExpressAuthError("ERR_AUTH_SIGN_OUT", "x", { status: 503 }),
    "error",
    "Unavailable",
    503,
    true,
  ],
  [
    "a user without id",
    inside(new ExpressAuthError("ERR_AUTH_AUTHORIZE_ID", "x")),
    "error",
    "Configuration",
    500,
    true,
  ],
]

describe("toFailure", () => {
  for (const [what, error, page, said, status, logged] of expectations)
    it(`makes ${said} (${status}) on the ${page} page of ${what}`, () => {
      expect(toFailure(error)).to.include({ page, error: said, status, unexpected: logged })
    })

  it("keeps the code of a CredentialsSignin", () => {
    expect(toFailure(new WrongCode()).code).to.equal("wrong-code")
  })

  for (const said of ["access_denied", "user_cancelled_login", "user_cancelled_authorize"])
    it(`treats ${said} as a cancelled sign-in`, () => {
      const error = Object.assign(new errors.OAuthCallbackError("x"), { cause: { error: said } })
      expect(toFailure(error)).to.include({ page: "signin", code: "access_denied", unexpected: false })
    })

  it("never says what the error itself says", () => {
    for (const [, error] of expectations)
      expect(Object.values(toFailure(error)).join()).to.not.include("The reason")
  })
})
