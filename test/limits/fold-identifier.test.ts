import { expect } from "chai"
import mysql from "mysql2/promise"
import { foldIdentifier, foldName } from "../../lib/limits/fold-identifier.js"
import { mariadb } from "../database/servers.js"
import { processorTime } from "../support/processor-time.js"

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
    ["jimmyroy", "jimmüroy", "IIMMUROJ"],
    ["boehmer", "böhmer", "bøhmer", "bœhmer"],
    ["mueller", "müller", "myller"],
    ["gaard", "gård", "gaerd"],
    ["ada1234", "ada\u09f4\u09f5\u09f6\u09f7"],
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

  it("answers quickly, however long the text", async () => {
    const fold = () => {
      foldIdentifier(`${"+".repeat(50_000)}@${"a.".repeat(50_000)}`)
      foldIdentifier(`a${" ".repeat(100_000)}b`)
    }
    expect(await processorTime(fold)).to.be.below(500)
  })

  it("takes time in proportion to a text that repeats one letter", async () => {
    const fold = () => {
      for (const letter of ["a", "e", "s", "h", "\u0644"]) foldIdentifier(letter.repeat(100_000))
    }
    expect(await processorTime(fold), "quadratic time is half a minute").to.be.below(5000)
  })
})

/**
 * Collations of 8-bit character sets, and of Big5, that give one weight to letters and to symbols or control characters
 * which have nothing in common, such as ß and ° in latin2.
 */
const incoherent =
  /^(?:big5_chinese|latin2_general|latin2_hungarian|latin7_general|tis620_thai|macce_general|cp1251_bulgarian|cp1257_lithuanian|geostd8_general)_ci$/
/** They compare bytes, or tell case or padding apart; or they are those of utf8mb4 under another name. */
const finer = /_bin$|_cs$|nopad|^binary$|^(?:utf8mb3|ucs2|utf16|utf16le|utf32)_/

if (mariadb)
  describe("S29: foldName takes for the same what MariaDB does", () => {
    const skipped = /[\p{Cn}\p{Cs}\p{Co}\p{Script=Han}\p{Script=Hangul}\p{Script=Yi}]/u
    const isOfLetters = (text: string) => /^[\p{L}\p{M}\p{N}]+$/u.test(text)
    const rows: [number, string][] = []
    const folds = new Map<string, string[]>()
    const fold = (text: string) => {
      const known = folds.get(text) ?? foldName(`q${text}q`)
      folds.set(text, known)
      return known
    }
    let connection: mysql.Connection
    let collations: { name: string; charset: string }[] = []

    before(async () => {
      connection = await mysql.createConnection({
        ...{ uri: process.env.MYSQL_URL ?? "mysql://root@127.0.0.1:3306/test", charset: "utf8mb4" },
      })
      const letters = [..."abcdefghijklmnopqrstuvwxyz"]
      const special = [..."aeoiuchsåäöüßøæ"]
      const pairs = letters.flatMap((first) => letters.map((second) => first + second))
      const triples = special.flatMap((a) => special.flatMap((b) => special.map((c) => a + b + c)))
      const all = Array.from({ length: 0xfffd }, (_, code) => String.fromCharCode(code)).slice(0x21)
      const texts = [...all.filter((character) => !skipped.test(character)), ...pairs, ...triples]
      rows.push(...texts.map((text, index): [number, string] => [index, text]))
      await connection.query(
        "create temporary table texts (id int primary key, c varchar(4) character set utf8mb4 collate utf8mb4_bin)",
      )
      await connection.query("insert into texts values ?", [rows])
      await connection.query("set group_concat_max_len = 10000000")
      collations = await listCollations()
    })
    after(() => connection.end())

    async function listCollations() {
      const [found] = await connection.query<mysql.RowDataPacket[]>("show collation")
      return found
        .filter(({ Collation }) => !finer.test(Collation) && !incoherent.test(Collation))
        .map(({ Collation, Charset }) =>
          Charset
            ? { name: String(Collation), charset: String(Charset) }
            : { name: `utf8mb4_${Collation}`, charset: "utf8mb4" },
        )
    }

    /** The texts that a collation takes for the same, but only of characters that its character set has. */
    async function groupsOf({ name, charset }: { name: string; charset: string }): Promise<string[][]> {
      const converted = charset === "utf8mb4" ? "c" : `convert(c using ${charset})`
      const [groups] = await connection.query<mysql.RowDataPacket[]>(
        `select group_concat(id) as ids from texts where convert(${converted} using utf8mb4) = c collate utf8mb4_bin
         group by hex(weight_string(${converted} collate ${name})) having count(*) > 1`,
      )
      const textsOf = (ids: string) => ids.split(",").map((id) => rows[Number(id)]?.[1] ?? "")
      return groups
        .map(({ ids }) => textsOf(String(ids)).filter(isOfLetters))
        .filter((texts) => texts.length > 1)
    }

    it("in letters, marks and digits, alone, in pairs and in threes, by every collation that ignores case", async () => {
      const apart: string[] = []
      let compared = 0
      for (const collation of collations)
        for (const group of await groupsOf(collation)) {
          compared++
          if (shared(group.map(fold)).length === 0) apart.push(`${collation.name}: ${group.join(" ")}`)
        }
      expect(apart).to.deep.equal([])
      expect(collations.map(({ name }) => name)).to.include.members([
        ...["utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_persian_ci", "latin1_swedish_ci"],
        ...["latin1_danish_ci", "latin1_german2_ci", "utf8mb4_lithuanian_ci", "utf8mb4_roman_ci"],
      ])
      expect(compared).to.be.above(10_000)
    })
  })

/** What all have in common. */
function shared(lists: readonly string[][]): string[] {
  const [first = [], ...others] = lists
  return first.filter((text) => others.every((list) => list.includes(text)))
}
