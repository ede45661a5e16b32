import { readdirSync, readFileSync } from "node:fs"
import { expect } from "chai"
import { en, type TextKey } from "../../lib/texts/en.js"
import { builtInLanguages } from "../../lib/texts/languages.js"
import late from "../../lib/texts/load-late.cjs"
import { parseMessage } from "../../lib/texts/message.js"
import { hasTags } from "../../lib/texts/texts.js"

/** Set it to `false` while you write texts in English, and back when they are translated: it is `true` in a release. */
const isComplete = true

const root = new URL("../../", import.meta.url)
const keys = Object.keys(en) as TextKey[]

describe("the languages", () => {
  it("are all in the guide, with how they address the reader", () => {
    const guide = readFileSync(new URL("docs/guides/languages.md", root), "utf8")
    const described = [...guide.matchAll(/^\| `([a-z]+)` \|/gm)].map(([, language]) => language)
    expect(described).to.deep.equal([...builtInLanguages].sort())
  })
})

describe("the texts in English", () => {
  for (const key of keys)
    it(`${key} is a pattern`, () => {
      parseMessage(en[key], "en", hasTags(key))
    })

  it("are all used, and no others are", () => {
    const folders = ["lib/pages/", "lib/mail/", "lib/actions/", "lib/replies/", "lib/guard/", "views/"]
    const files = folders.flatMap((folder) =>
      readdirSync(new URL(folder, root), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(?:ts|ejs)$/.test(name))
        .map((name) => readFileSync(new URL(folder + name, root), "utf8")),
    )
    const used = new Set(files.flatMap((file) => file.match(/(?<=")[a-z]\w*(?:\.[a-zA-Z]+)+(?=")/g) ?? []))
    const composed =
      /^(?:passkey\.\w+|error\.\w+\.(?:heading|text)|addressMail\.\w+\.\w+|notice\.\w+\.\w+|account\.(?:done|error)\.\w+)$/
    expect(keys.filter((key) => !used.has(key) && !composed.test(key))).to.deep.equal([])
    const views = files.flatMap((file) => [...file.matchAll(/\b(?:t|rich|parts)\("([^"]+)"/g)])
    expect(views.map(([, key = ""]) => key).filter((key) => !Object.hasOwn(en, key))).to.deep.equal([])
  })
})

for (const language of builtInLanguages.filter((name) => name !== "en"))
  describe(`the texts in ${language}`, () => {
    const texts = late.catalogues[language]?.() ?? {}

    it("are complete", function () {
      const missing = keys.filter((key) => !Object.hasOwn(texts, key))
      if (!isComplete && missing.length > 0) this.skip()
      expect(missing, `Add them to lib/texts/${language}.json`).to.deep.equal([])
    })

    it("are no others than the English ones", () => {
      expect(Object.keys(texts).filter((key) => !Object.hasOwn(en, key))).to.deep.equal([])
    })

    it("have the placeholders, tags and plural forms that they need", () => {
      const faults = keys.flatMap((key) =>
        texts[key] === undefined ? [] : faultsOf(key, texts[key], language),
      )
      expect(faults).to.deep.equal([])
    })
  })

describe("the lead of the page that mentions a mailed link", () => {
  for (const language of builtInLanguages)
    it(`ends its sentences in ${language}`, () => {
      const texts: Readonly<Partial<Record<string, string>>> =
        language === "en" ? en : (late.catalogues[language]?.() ?? {})
      for (const key of ["verify.lead", "verify.leadAnother", "verify.leadLink", "verify.leadNoCode"])
        expect(texts[key], key).to.match(/[.。]$/)
    })
})

/** What is wrong with a translation, as one line. */
function faultsOf(key: TextKey, text: string, language: string): string[] {
  const english = parseMessage(en[key], "en", hasTags(key)).uses
  const { values, tags, plurals } = parseMessage(text, language, hasTags(key)).uses
  const rules = new Intl.PluralRules(language)
  const forms = [...new Set(Array.from({ length: 1000 }, (_, count) => rules.select(count)))]
  const incomplete = plurals.flatMap((plural) => forms.filter((form) => !plural.forms.includes(form)))
  return [
    ...differences(english.values, values).map((name) => `${key}: {${name}}`),
    ...differences(english.tags, tags).map((name) => `${key}: <${name}>`),
    ...incomplete.map((form) => `${key} lacks the plural form "${form}"`),
  ]
}

function differences(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...[...a].filter((name) => !b.has(name)), ...[...b].filter((name) => !a.has(name))]
}
