import { expect } from "chai"
import mysql from "mysql2/promise"
import { foldIdentifier, foldName } from "../../lib/limits/fold-identifier.js"
import { mariadb } from "../database/servers.js"

describe("foldIdentifier", () => {
  const same: string[][] = [
    ["ada", "ADA", " ada ", "ａｄａ", "a\u200bda", "a\u00adda", "ada\0", "a da"],
    [
      "ada@example.com",
      "Ada@EXAMPLE.com",
      "ada+shop@example.com",
      "ada+@example.com.",
      "ada\uff20example.com",
    ],
    ["ada@bücher.example", "ada@xn--bcher-kva.example", "ada@BÜCHER.example", "ada@bu\u0308cher.example"],
    ["adalovelace@gmail.com", "ada.lovelace@gmail.com", "A.d.alovelace+x@googlemail.com"],
    ["+49 170 123", "+49170123", "+４９ ١٧٠ ①②③"],
    ["strasse", "STRASSE", "Straße", "STRAẞE", "strase", "ſtraſſe"],
    ["kelvin", "\u212aelvin", "ķelvin", "k\u0338elvin", "🄺elvin", "𝓚elvin"],
    ["aesop", "Æsop", "ǽsop", "\u1dd4sop"],
    ["lukasz", "łukasz", "Łukász"],
    ["σισυφος", "ΣΊΣΥΦΟΣ", "σίσυφοσ"],
    ["иван", "ИВАН", "йван", "\ua675ван"],
    ["はは", "ハハ", "ぱば", "ﾊﾊ"],
    ["thor", "Þor"],
  ]
  for (const [first = "", ...others] of same)
    it(`S15: counts ${JSON.stringify(others)} as ${first}`, () => {
      for (const other of others) expect(foldIdentifier(other)).to.equal(foldIdentifier(first))
    })

  it("keeps users apart", () => {
    const all = [
      "ada",
      "ada@example.com",
      "ada@example.org",
      "ada.l@example.com",
      "adal@example.com",
      "+ada@example.com",
      "a@b@c",
      "",
    ]
    expect(new Set(all.map(foldIdentifier)).size).to.equal(all.length)
  })

  it("S29: counts what MySQL compares as one character, and what the later Unicode does, each in turn", () => {
    const [first, second] = foldName("bob🍣")
    expect(foldName("bob🍺")).to.include(second)
    expect(foldName("bob𝐚")).to.include(second).and.include("boba")
    expect(first).to.not.equal(second)
    expect(foldName("ada")).to.deep.equal(["ada"])
  })

  it("answers quickly, however long the text", () => {
    const start = performance.now()
    foldIdentifier(`${"+".repeat(50_000)}@${"a.".repeat(50_000)}`)
    foldIdentifier(`a${" ".repeat(100_000)}b`)
    expect(performance.now() - start).to.be.below(500)
  })
})

if (mariadb)
  describe("S29: foldName takes for the same what MariaDB does", () => {
    const skipped = /[\p{Cn}\p{Cs}\p{Co}\p{Script=Han}\p{Script=Hangul}\p{Script=Yi}]/u
    /** Marks that stand for letters, symbols, and signs of scripts that NFKD does not know: of names, they are no letters. */
    const isLetter = (character: string) => /[\p{Lu}\p{Ll}\p{Lt}\p{Nd}]/u.test(character)
    let connection: mysql.Connection

    before(async () => {
      connection = await mysql.createConnection({
        ...{ uri: process.env.MYSQL_URL ?? "mysql://root@127.0.0.1:3306/test", charset: "utf8mb4" },
      })
      const all = Array.from({ length: 0xfffd }, (_, code) => String.fromCharCode(code)).slice(0x21)
      const rows = all.filter((character) => !skipped.test(character)).map((c) => [c.charCodeAt(0), c])
      await connection.query(
        "create temporary table characters (code int primary key, c varchar(4) character set utf8mb4 collate utf8mb4_bin)",
      )
      await connection.query("insert into characters values ?", [rows])
    })
    after(() => connection.end())

    for (const collation of ["utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_unicode_520_ci"])
      it(`by ${collation}`, async () => {
        await connection.query("set group_concat_max_len = 1000000")
        const [groups] = await connection.query<mysql.RowDataPacket[]>(
          `select group_concat(code) as codes from characters group by hex(weight_string(c collate ${collation})) having count(*) > 1`,
        )
        expect(groups).to.have.length.above(300)
        const letters = groups
          .map(({ codes }) =>
            String(codes)
              .split(",")
              .map((code) => String.fromCharCode(Number(code))),
          )
          .map((group) => group.filter(isLetter))
          .filter((group) => group.length > 1)
        expect(letters).to.have.length.above(200)
        const apart = letters.filter((group) => shared(group.map(foldName)).length === 0)
        expect(apart).to.deep.equal([])
      })
  })

/** What all have in common. */
function shared(lists: readonly string[][]): string[] {
  const [first = [], ...others] = lists
  return first.filter((text) => others.every((list) => list.includes(text)))
}
