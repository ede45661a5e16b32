import { expect } from "chai"
import { parseCookie } from "cookie"
import fc from "fast-check"
import { readChunkedCookie, toCookieChunks } from "../../lib/session/chunked-cookie.js"
import { MAX_TOKEN_LENGTH } from "../../lib/session/codec/token-codec.js"
import { SessionStore } from "../../node_modules/@auth/core/lib/utils/cookie.js"
import { processorTime } from "../support/processor-time.js"

const name = "authjs.session-token"

/** The rules again, on the object that the `cookie` package makes of a whole header. */
function readByPackage(header: string) {
  const cookies = parseCookie(header)
  const chunkNames = Array.from({ length: 25 }, (_, index) => `${name}.${index}`).filter(
    (chunk) => cookies[chunk],
  )
  const names = cookies[name] ? [name, ...chunkNames] : chunkNames
  if (names.length === 0) return undefined
  const isComplete = chunkNames.at(-1) === `${name}.${chunkNames.length - 1}`
  return {
    value: cookies[name] || (isComplete ? chunkNames.map((chunk) => cookies[chunk]).join("") : ""),
    names,
  }
}

describe("readChunkedCookie", () => {
  const space = fc.constantFrom("", "", " ", "  ", "\t", " \t ")
  const suffixes = [
    "",
    "",
    ".0",
    ".1",
    ".2",
    ".10",
    ".24",
    ".25",
    ".01",
    ".",
    ".evil",
    "X",
    ".0.1",
    ".1e0",
    ".-1",
    " .0",
  ]
  const names = fc.constantFrom(
    ...suffixes.map((suffix) => name + suffix),
    "a",
    "",
    "x.",
    `_${name}`,
    `a ${name}`,
    name.slice(7),
  )
  const characters = fc.constantFrom(
    ...'abc=%."\\,é ',
    "%3D",
    "%E6%97%A5",
    "%ff",
    name,
    `${name}=x`,
    `${name}.0=`,
  )
  const values = fc.string({ unit: characters, maxLength: 5 })
  const pair = fc.tuple(space, names, space, fc.constantFrom("=", "=", "=", ""), space, values, space)
  const separator = fc.constantFrom("; ", ";", " ;", ";;")
  const headers = fc.array(fc.tuple(pair, separator), { maxLength: 8 }).map((pairs) => pairs.flat(2).join(""))

  it("reads a header as the cookie package does", () => {
    fc.assert(
      fc.property(headers, (header) => {
        expect(readChunkedCookie(header, name)).to.deep.equal(readByPackage(header))
      }),
      { numRuns: 10_000 },
    )
  })

  it("reads any header as the cookie package does", () => {
    const anything = fc.string({
      unit: fc.oneof(fc.constantFrom(name, "=", ";", ".0", " "), fc.string({ maxLength: 2 })),
    })
    fc.assert(
      fc.property(anything, (header) => {
        expect(readChunkedCookie(header, name)).to.deep.equal(readByPackage(header))
      }),
      { numRuns: 3000 },
    )
  })

  const cases: [title: string, header: string | undefined, expected: ReturnType<typeof readChunkedCookie>][] =
    [
      ["no header", undefined, undefined],
      ["an empty header", "", undefined],
      ["one cookie", `a=b; ${name}=value; c=d`, { value: "value", names: [name] }],
      ["an empty cookie", `${name}=; ${name}.0=`, undefined],
      ["an empty cookie before a full one", `${name}=; ${name}=value`, undefined],
      [
        "chunks out of order",
        `${name}.1=b; ${name}.0=a; ${name}.2=c`,
        { value: "abc", names: [0, 1, 2].map((i) => `${name}.${i}`) },
      ],
      [
        "chunk 10 after chunk 9",
        Array.from({ length: 11 }, (_, i) => `${name}.${i}=${i},`).join(";"),
        {
          value: "0,1,2,3,4,5,6,7,8,9,10,",
          names: Array.from({ length: 11 }, (_, i) => `${name}.${i}`),
        },
      ],
      [
        "both forms",
        `${name}.0=stale; ${name}=value; ${name}.1=stale`,
        { value: "value", names: [name, `${name}.0`, `${name}.1`] },
      ],
      ["a gap", `${name}.0=a; ${name}.2=c`, { value: "", names: [`${name}.0`, `${name}.2`] }],
      ["no first chunk", `${name}.1=b`, { value: "", names: [`${name}.1`] }],
      [
        "names that begin alike",
        `${name}.evil=a; ${name}X=b; ${name}.00=c; ${name}.0x=d; ${name}.25=e; x${name}=f`,
        undefined,
      ],
      [
        "a planted suffix beside the real one",
        `${name}.evil=a; ${name}=value`,
        { value: "value", names: [name] },
      ],
      [
        "the name within a value",
        `a=${name}=1; b="; ${name} =2"; c=${name}.0=3`,
        { value: '2"', names: [name] },
      ],
      ["the same name twice", `${name}=first; ${name}=second`, { value: "first", names: [name] }],
      ["quotes, as they are", `${name}="value"`, { value: '"value"', names: [name] }],
      ["percent-encoding", `${name}=a%2Bb%3D`, { value: "a+b=", names: [name] }],
      ["broken percent-encoding, as it is", `${name}=100%; x=%41`, { value: "100%", names: [name] }],
    ]

  for (const [title, header, expected] of cases) {
    it(`reads ${title}`, () => expect(readChunkedCookie(header, name)).to.deep.equal(expected))
  }

  it("takes a long hostile header in its stride", async () => {
    const readAll = () => {
      for (const part of [`${name} `, `${name}.0 `, " ", ";", `${name}=;`, "=", `a=${name};`])
        readChunkedCookie(part.repeat(1_000_000 / part.length), name)
    }
    expect(await processorTime(readAll)).to.be.below(1000)
  })
})

describe("toCookieChunks", () => {
  it("splits as core does, and is read back", () => {
    const lengths = [1, 100, 3935, 3936, 3937, 7872, 7873, 50_000, MAX_TOKEN_LENGTH]
    for (const length of lengths) {
      const value = Array.from({ length }, (_, i) => "abcdefghijk"[i % 11]).join("")
      const chunks = toCookieChunks(name, value)
      const store = new SessionStore({ name, options: {} }, {}, { ...console, debug() {} })
      expect(chunks).to.deep.equal(
        store.chunk(value, {}).map((cookie) => ({ name: cookie.name, value: cookie.value })),
      )
      const header = chunks
        .map((chunk) => `${chunk.name}=${chunk.value}`)
        .reverse()
        .join("; ")
      expect(readChunkedCookie(header, name)).to.deep.equal({
        value,
        names: chunks.map((chunk) => chunk.name),
      })
    }
  })

  it("refuses a value that would not be read back", () => {
    expect(() => toCookieChunks(name, "x".repeat(MAX_TOKEN_LENGTH + 1))).to.throw(
      RangeError,
      "expected at most 98400",
    )
  })
})
