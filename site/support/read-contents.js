import { readdirSync, readFileSync } from "node:fs"
import { toPagePath } from "./page-paths.js"
import { root } from "./repository.js"

const kinds = [
  [/^## (.+)/, (contents, [, text]) => contents.push({ text, items: [] })],
  [/^\*\*(.+)\*\*$/, (contents, [, text]) => contents.at(-1).items.push({ text, items: [] })],
  [/^- \[(.+?)\]\((.+?\.md)\)/, addPage],
]

/**
 * Reads the sidebar from docs/README.md: its sections, groups and pages, in its order.
 *
 * @throws when a page of docs is not listed there
 */
export function readContents() {
  const contents = []
  for (const line of readFileSync(new URL("docs/README.md", root), "utf8").split("\n"))
    for (const [pattern, add] of kinds) {
      const match = pattern.exec(line)
      if (match) add(contents, match)
    }
  requireEveryPage(contents)
  return contents
}

function addPage(contents, [, text, path]) {
  const page = { text: text.replaceAll("`", ""), link: `/${toPagePath(`docs/${path}`)}` }
  const { items } = contents.at(-1)
  const group = items.at(-1)
  const place = group?.items ?? items
  place.push(page)
}

/** Returns the links of all pages in a section, in order. */
export function linksOf(item) {
  return item.items ? item.items.flatMap(linksOf) : [item.link]
}

function requireEveryPage(contents) {
  const listed = new Set(contents.flatMap(linksOf))
  const pages = readdirSync(new URL("docs/", root), { recursive: true }).filter((path) =>
    path.endsWith(".md"),
  )
  const missing = pages.filter((path) => path !== "README.md" && !listed.has(`/${path}`))
  if (missing.length > 0) throw new Error(`docs/README.md does not list ${missing.join(", ")}`)
}
