import { expect } from "chai"
import type { TextOverrides } from "express-authjs"
import { renderMail } from "../../lib/pages/mail.js"
import { en, type TextKey } from "../../lib/texts/en.js"
import { parseMessage } from "../../lib/texts/message.js"
import { hasTags, textsOf } from "../../lib/texts/texts.js"
import { renderEveryPage, toContext } from "../pages/every-page.js"
import { parseHtml } from "../pages/parse-html.js"
import { useAuthApps } from "../support/auth-apps.js"
import { UserAgent } from "../support/user-agent.js"

const hostile = `"'><img src=x onerror=alert(1)><script>alert(2)</script>&amp;`

/** Every text replaced by a hostile one, with its placeholders and tags. */
const texts: TextOverrides = {
  en: Object.fromEntries(
    (Object.keys(en) as TextKey[]).map((key) => {
      const { values, tags } = parseMessage(en[key], "en", hasTags(key)).uses
      const own = hasTags(key) ? hostile.replaceAll("<", "'<'") : hostile
      return [
        key,
        [
          own,
          ...[...values].map((name) => `{${name}}`),
          ...[...tags].map((tag) => `<${tag}>x</${tag}>`),
        ].join(" "),
      ]
    }),
  ),
}

describe("S54 texts of the app", () => {
  const context = { ...toContext(), ...textsOf("en", texts) }
  const expected = renderEveryPage(toContext())

  for (const [name, html] of Object.entries(renderEveryPage(context)))
    it(`are escaped on the page ${name}`, () => {
      const tags = parseHtml(html).elements.map(({ tag }) => tag)
      const known = new Set(parseHtml(expected[name] ?? "").elements.map(({ tag }) => tag))
      expect(tags.filter((tag) => !known.has(tag) && !["strong", "code", "a"].includes(tag))).to.deep.equal(
        [],
      )
      expect(html).to.not.match(/<img src=x|<script>/)
    })

  it("are escaped in mails", () => {
    const url = "https://app.example.com/auth/callback/email?token=abc"
    const { html } = renderMail({ theme: {} }, textsOf("en", texts), {
      url,
      code: "012345",
      expires: new Date(),
    })
    expect(html).to.not.match(/<img|<script/)
    expect(html).to.include("&lt;script&gt;")
  })

  it("cannot put a link of another's into a page: only tags of ours count, with our own target", () => {
    const { parts } = textsOf("en", {
      en: { "verify.nothing": "<a>here</a> '<a href=\"https://evil.example\">'x" },
    })
    expect(parts("verify.nothing").filter(({ tag }) => tag)).to.deep.equal([{ tag: "a", text: "here" }])
  })
})

describe("S54 values in texts", () => {
  const { start } = useAuthApps()

  it("are never read as a pattern or a tag", () => {
    const { parts, t } = textsOf("en")
    const host = "{host} <b>x</b> {count, plural, other {#}} '"
    expect(parts("signIn.lead", { host })).to.deep.equal([
      { text: "to continue to " },
      { tag: "b", text: host },
    ])
    expect(t("signIn.with", { provider: host })).to.equal(`Sign in with ${host}`)
  })

  it("are escaped in every language", async () => {
    const name = "<img src=x onerror=alert(1)>"
    const { url } = await start({
      providers: ["one", "two"].map(
        (id) => ({ id, name, type: "credentials", authorize: () => null }) as never,
      ),
    })
    for (const language of ["en", "de", "ar", "zh"]) {
      const page = await new UserAgent().get(`${url}/auth/signin`, { "accept-language": language })
      expect(page.body).to.include("&lt;img src=x").and.not.include("<img src=x")
    }
  })
})
