// Writes views/fixes.json: the "Fix" of each error in docs/reference/errors.md, for the error page of development. Run
// `npm run fixes` after changing one.
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const source = new URL("../docs/reference/errors.md", import.meta.url)
const target = new URL("../views/fixes.json", import.meta.url)

/** Returns the content of views/fixes.json: `{ [code]: text }`, with code in backticks and links as their text. */
export function generateFixes(): string {
  const [, ...sections] = readFileSync(source, "utf8").split(/^## (?=ERR_AUTH_)/m)
  const fixes = sections.map((section) => {
    const code = section.slice(0, section.indexOf("\n"))
    const [, text = ""] = /\n\*\*Fix:\*\* ([\s\S]*?)(?:\n\n|\n*$)/.exec(section) ?? []
    return [code, toSentence(text)]
  })
  return `${JSON.stringify(Object.fromEntries(fixes.filter(([, text]) => text)), null, 2)}\n`
}

function toSentence(markdown: string): string {
  const text = markdown.replace(/\s+/g, " ").replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
  return text.charAt(0).toUpperCase() + text.slice(1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, generateFixes())
