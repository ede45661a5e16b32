import { readFile } from "node:fs/promises"
import { expect } from "chai"
import { renderAddressMail } from "../../lib/pages/address-mail.js"
import { renderMail } from "../../lib/pages/mail.js"
import { renderNoticeMail } from "../../lib/pages/notice-mail.js"
import { textsOf } from "../../lib/texts/texts.js"
import { replaceableViews } from "../../lib/views/own-views.js"
import { renderEveryPage, toContext } from "./every-page.js"

const reference = await readFile(new URL("../../docs/reference/views.md", import.meta.url), "utf8")

/** The templates that have a table, those of pages and mails. */
const documented = replaceableViews()
  .filter((name) => name.endsWith(".ejs") && !name.includes("/"))
  .map((name) => name.replace(".ejs", ""))

describe("docs/reference/views.md", () => {
  const models = recordModels()

  for (const name of documented)
    it(`lists what ${name}.ejs gets, and nothing else`, () => {
      const [, section = ""] =
        new RegExp(`^### ${name}\n([\\s\\S]*?)(?=^#|(?![\\s\\S]))`, "m").exec(reference) ?? []
      const rows = section.split("\n").flatMap((line) => /^\| (`[^|]+) \|/.exec(line)?.[1] ?? [])
      const members = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, member]) => member))
      expect(members.sort(), `docs/reference/views.md, ${name}`).to.deep.equal(
        [...(models.get(name) ?? [])].sort(),
      )
    })
})

/** Renders every page and mail, and returns the names of the members that each template got. */
function recordModels(): ReadonlyMap<string, ReadonlySet<string>> {
  const models = new Map(documented.map((name) => [name, new Set<string>()]))
  const record = (members: Set<string>) => (locals?: { page?: object }) => {
    for (const member of Object.keys(locals?.page ?? {})) members.add(member)
    throw new Error("Render ours.")
  }
  const templates = new Map([...models].map(([name, members]) => [name, record(members)]))
  const views = { templates, styleSheet: undefined, report: () => {} }
  renderEveryPage({ ...toContext(), views })
  const url = "https://app.example.com/auth/callback/email"
  renderMail({ theme: {}, views }, textsOf("en"), { url, code: "123456", expires: new Date() })
  renderAddressMail({ theme: {}, views }, textsOf("en"), { kind: "taken", url, address: "ada@example.com" })
  renderNoticeMail({ theme: {}, views }, textsOf("en"), { kind: "newDevice", url, time: new Date() })
  return models
}
