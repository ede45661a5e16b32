import { readdirSync, readFileSync } from "node:fs"
import { expect } from "chai"
import { renderEveryPage, renderEveryPageWith, toContext } from "./every-page.js"
import { type Element, parseHtml } from "./parse-html.js"

const views = new URL("../../views/", import.meta.url)
const templates = readdirSync(views, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ejs"),
)

describe("views", () => {
  it("are found", () => {
    expect(templates).to.include.members(["layout.ejs", "sign-in.ejs", "partials/field.ejs"])
  })

  for (const name of templates) {
    const source = readFileSync(new URL(name, views), "utf8")

    it(`${name} writes unescaped only partials${name === "layout.ejs" ? " and the body" : ""}`, () => {
      const raw = [...source.matchAll(/<%-(.*?)%>/gs)].map((match) => (match[1] ?? "").trim())
      const partial =
        /^partial\((?:"[a-z]+"|method\.kind|section\.template), (?:page(?:\.[a-z]+)?|method|person|mail|section|(?:card|account)(?:\.icon)?|\{ [\w\s:",.]+ \})\)$/i
      const rich =
        /^rich\((?:"[a-zA-Z.]+"|page\.lead|page\.\w+ \? "[a-zA-Z.]+" : "[a-zA-Z.]+")(?:, (?:page|\{[^}]*\}))*\)$/
      const rest = raw.filter((code) => !partial.test(code) && !rich.test(code))
      expect(rest).to.deep.equal(name === "layout.ejs" ? ["page.body"] : [])
    })

    it(`${name} has nothing inline`, () => {
      const plain = source.replace('<script src="<%= src %>" defer></script>', "")
      // Mail programs know no style sheets.
      const rest = ["mail.ejs", "account-mail.ejs"].includes(name) ? plain.replaceAll(' style="', " ") : plain
      expect(rest).not.to.match(/<(?:style|script)\b|\sstyle=|\son[a-z]+=|javascript:|https?:/i)
    })
  }
})

describe("every page", () => {
  for (const [name, html] of Object.entries(renderEveryPage(toContext()))) {
    describe(name, () => {
      const { elements } = parseHtml(html)
      const withTag = (tag: string) => elements.filter((element) => element.tag === tag)

      it("has one h1, one main, a title and a language", () => {
        expect(withTag("h1")).to.have.lengthOf(1)
        expect(withTag("main")).to.have.lengthOf(1)
        expect(withTag("title")).to.have.lengthOf(1)
        expect(withTag("html")[0]?.attributes.get("lang")).to.equal("en")
      })

      it("has unique ids, and every reference to one is met", () => {
        const ids = elements.flatMap((element) => element.attributes.get("id") ?? [])
        expect(ids).to.deep.equal([...new Set(ids)])
        const references = elements.flatMap(({ attributes }) => [
          attributes.get("for") ?? [],
          attributes.get("aria-describedby") ?? [],
        ])
        expect(ids).to.include.members(references.flat())
      })

      it("labels every input that can be seen", () => {
        const labelled = withTag("label").map((label) => label.attributes.get("for"))
        for (const { attributes } of withTag("input")) {
          if (attributes.get("type") !== "hidden") expect(labelled).to.include(attributes.get("id"))
        }
      })

      it("has no handler, no inline style or script, and loads nothing from another host", () => {
        const foreign = /^(?:style|script|iframe|object|base)$/
        expect(elements.filter((one) => foreign.test(one.tag) && !isOwnScript(one))).to.deep.equal([])
        expect(allAttributes(elements).filter(({ name }) => /^on|^style$/.test(name))).to.deep.equal([])
        const loaded = allAttributes(elements).filter(
          ({ tag, name }) => name === "src" || name === "action" || (name === "href" && tag === "link"),
        )
        expect(loaded).not.to.deep.equal([])
        for (const { value } of loaded) expect(value).to.match(/^\/(?!\/)/)
      })

      const destination = /^verify-request|^confirm-form|^account/.test(name) ? "" : " and the destination"
      // That form posts again what was posted; its flow's cookie is the proof.
      if (name === "post-on") return
      // The form that a page of the app's made is sent with its own fields.
      const foreign = name.startsWith("confirm-form") ? 1 : 0
      it(`carries the token${destination} in every form${foreign ? " of ours" : ""}`, () => {
        const forms = withTag("form").length - foreign
        const values = (input: string) =>
          withTag("input").filter(
            ({ attributes }) => attributes.get("name") === input && attributes.get("value"),
          )
        expect(withTag("form").every((form) => form.attributes.get("method") === "post")).to.equal(true)
        expect(values("csrfToken")).to.have.lengthOf(forms)
        if (destination) expect(values("callbackUrl")).to.have.lengthOf(forms)
      })
    })
  }

  const hostile = [
    `"><img src=x onerror=alert(1)>`,
    `'><script>alert(1)</script>`,
    `</title></textarea><svg/onload=alert(1)>`,
    "javascript:alert(1)//<b>",
    `x" onfocus="alert(1)" autofocus="`,
    "<%= 7 * 7 %>",
    "constructor",
    "__proto__",
  ]
  for (const text of hostile) {
    it(`S9 shows ${text} as text, wherever it comes from`, () => {
      for (const html of Object.values(renderEveryPageWith(text))) expectHarmless(parseHtml(html).elements)
    })
  }

  it("S9 puts hostile text into every page, so that the tests above can fail", () => {
    const pages = renderEveryPageWith("<b>&\"'")
    const shown = Object.keys(pages).filter((name) => pages[name]?.includes("&lt;b&gt;&amp;&#34;&#39;"))
    expect(shown).to.have.lengthOf.above(5).and.deep.equal(Object.keys(pages))
  })
})

function allAttributes(elements: Element[]) {
  return elements.flatMap(({ tag, attributes }) =>
    [...attributes].map(([name, value]) => ({ tag, name, value })),
  )
}

/** In the head, where no page puts what others wrote. */
function isOwnScript({ tag, attributes, path }: Element): boolean {
  const src = attributes.get("src") ?? ""
  return tag === "script" && path.join() === "html,head" && /^\/auth.*\/assets\/[a-z]+\.js\?v=/.test(src)
}

function expectHarmless(elements: Element[]): void {
  const attributes = allAttributes(elements)
  const foreign = /^(?:script|b|textarea)$/
  expect(elements.filter((one) => foreign.test(one.tag) && !isOwnScript(one))).to.deep.equal([])
  expect(attributes.filter(({ name }) => name.startsWith("on"))).to.deep.equal([])
  expect(attributes.filter(({ name }) => name === "autofocus")).to.have.lengthOf.at.most(1)
  expect(
    attributes.filter(({ tag, name, value }) => tag === "img" && name === "src" && value === "x"),
  ).to.deep.equal([])
  expect(
    attributes.filter(({ name, value }) => name === "href" && /^javascript:/i.test(value)),
  ).to.deep.equal([])
}
