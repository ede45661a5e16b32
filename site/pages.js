// Writes pages/, which VitePress reads: a copy of docs, and the home page made from the README. `typedoc` adds the API.
import { cp, readFile, rename, rm, writeFile } from "node:fs/promises"
import { metadata, root } from "./support/repository.js"

const pages = new URL("pages/", import.meta.url)

await rm(pages, { recursive: true, force: true })
await cp(new URL("docs/", root), pages, { recursive: true })
await cp(new URL("public/", import.meta.url), new URL("public/", pages), { recursive: true })
await rename(new URL("README.md", pages), new URL("contents.md", pages))
await writeFile(new URL("index.md", pages), toHome(await readFile(new URL("README.md", root), "utf8")))

/** Puts VitePress's header in the place of the README's. */
function toHome(readme) {
  const body = readme.slice(readme.indexOf("\n```") + 1)
  const hero = {
    name: metadata.name,
    tagline: metadata.description,
    actions: [
      { text: "Get started", link: "/start/getting-started" },
      { text: "Documentation", link: "/contents", theme: "alt" },
      { text: "Built-in pages", link: "/gallery/pages", theme: "alt" },
    ],
  }
  return `---\n${JSON.stringify({ layout: "home", hero })}\n---\n\n${body}`
}
