import { expect } from "chai"
import { findPasswordProblem } from "../../lib/password/password-policy.js"
import { preparePassword } from "../../lib/password/prepare-password.js"

const limits = { minLength: 8, maxLength: 256 }
const names = ["ada.lovelace@example.com", "Ada"]

describe("the policy for new passwords", () => {
  for (const [password, problem] of [
    ["a\0bcdefghi", "PasswordInvalid"],
    ["short 7", "PasswordTooShort"],
    ["🦊🦊🦊🦊", "PasswordTooShort"],
    ["ë".repeat(257), "PasswordTooLong"],
    ["x ada.lovelace@example.com", "PasswordContainsName"],
    ["ADA.Lovelace1815", "PasswordContainsName"],
    ["ａｄａ.ｌｏｖｅｌａｃｅ", "PasswordContainsName"],
    ["password", "PasswordCommon"],
    ["PassWord1", "PasswordCommon"],
    ["password1 ", "PasswordCommon"],
    ["27041985", "PasswordCommon"],
    ["87654321", "PasswordCommon"],
    ["🦊 8 signs", undefined],
    ["e\u0308".repeat(256), undefined],
    ["canada loves ada", undefined],
    ["correct horse battery staple", undefined],
    ["nothing but lower case", undefined],
  ] as const)
    it(`${problem ? `answers ${problem} to` : "allows"} ${JSON.stringify(password.slice(0, 40))}`, async () =>
      expect(await findPasswordProblem(preparePassword(password), names, limits)).to.equal(problem))

  it("refuses a short name as the whole password", async () =>
    expect(await findPasswordProblem("ada", names, { ...limits, minLength: 1 })).to.equal(
      "PasswordContainsName",
    ))

  it("asks about a breach last, and only for a password that is otherwise allowed", async () => {
    const asked: string[] = []
    const isBreached = async (password: string) => {
      asked.push(password)
      return password.startsWith("known")
    }
    const check = (password: string) => findPasswordProblem(password, names, { ...limits, isBreached })
    expect(await check("password")).to.equal("PasswordCommon")
    expect(await check("known from a breach")).to.equal("PasswordBreached")
    expect(await check("unknown so far")).to.equal(undefined)
    expect(asked).to.deep.equal(["known from a breach", "unknown so far"])
  })
})
