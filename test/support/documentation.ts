import { readdir, readFile } from "node:fs/promises"
import { extractSnippets, type Snippet } from "./snippets.js"

/** Reads the snippets of the README and of all pages in docs. */
export async function readDocumentation(): Promise<Snippet[]> {
  const root = new URL("../../", import.meta.url)
  const names = await readdir(root)
  const pages = names.includes("docs") ? await readdir(new URL("docs/", root), { recursive: true }) : []
  const files = [...names.filter((name) => name === "README.md"), ...pages.map((page) => `docs/${page}`)]
  const markdown = files.filter((file) => file.endsWith(".md")).sort()
  const texts = await Promise.all(markdown.map((file) => readFile(new URL(file, root), "utf8")))
  return texts.flatMap((text, index) => extractSnippets(text, markdown[index] ?? ""))
}
