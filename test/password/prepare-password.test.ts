import { expect } from "chai"
import fc from "fast-check"
import { lengthOf, preparePassword } from "../../lib/password/prepare-password.js"

describe("preparePassword", () => {
  // The examples of section 4.3 of RFC 8265.
  for (const password of [
    "correct horse battery staple",
    "Correct Horse Battery Staple",
    "πßå",
    "Jack of ♦s",
  ])
    it(`keeps ${password}`, () => expect(preparePassword(password)).to.equal(password))

  it("turns the Ogham space into a space", () => expect(preparePassword("foo\u1680bar")).to.equal("foo bar"))
  it("turns a no-break space into a space", () =>
    expect(preparePassword("a\u00a0b\u3000c")).to.equal("a b c"))
  it("refuses a control character", () => expect(preparePassword("my cat is a \u0009by")).to.equal(undefined))
  it("composes what a keyboard decomposed", () =>
    expect(preparePassword("Zoe\u0308 A\u030angstro\u0308m")).to.equal("Zoë Ångström"))
  it("keeps case, width and compatible characters", () =>
    expect(preparePassword("Ｐａﬁ²")).to.equal("Ｐａﬁ²"))
  it("keeps emoji of several characters", () => expect(preparePassword("👩‍💻❤️")).to.equal("👩‍💻❤️"))

  for (const [what, password] of [
    ["NUL", "pass\0word"],
    ["a line break", "pass\nword"],
    ["half a surrogate pair", "password\ud83d"],
    ["a private character", "password\uf8ff"],
    ["what Unicode does not define", "password\u{1fffe}"],
    ["a megabyte", "x".repeat(1e6)],
    ["an array", ["password"]],
    ["an object", { $ne: "" }],
    ["nothing", undefined],
  ] as const)
    it(`refuses ${what}`, () => expect(preparePassword(password)).to.equal(undefined))

  it("changes nothing the second time", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (typed) => {
        const once = preparePassword(typed)
        if (once !== undefined) expect(preparePassword(once)).to.equal(once)
      }),
    ))

  it("counts characters, not UTF-16 units", () => expect(lengthOf("🦊🦊")).to.equal(2))
})
