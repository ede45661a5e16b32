import { readdirSync, readFileSync } from "node:fs"

export { default as requireEjs } from "./require-ejs.cjs"

// Only from source: scripts/build.js replaces this module by one that contains the texts, so that the package reads no files
// and apps can be bundled into one. What it exports has to load late there, too.
const views = new URL("../../views/", import.meta.url)

/**
 * Reads a file of the package's views directory.
 *
 * @param path a path from our own code, relative to views/; never part of a request
 * @throws if there is no such file
 */
export function readView(path: string): string {
  return readFileSync(new URL(path, views), "utf8")
}

/** Returns the paths of all files in the package's views directory, e.g. `sign-in.ejs` and `partials/button.ejs`. */
export function listViews(): string[] {
  const entries = readdirSync(views, { recursive: true, encoding: "utf8" })
  return entries.map((path) => path.replaceAll("\\", "/")).filter((path) => /\.\w+$/.test(path))
}
