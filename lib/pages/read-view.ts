import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

/** Found by the package's own name, from wherever the build has put this code. */
const root = dirname(createRequire(import.meta.url).resolve("express-authjs/package.json"))

/**
 * Reads a file of the package's views directory.
 *
 * @param path A path that we wrote ourselves, relative to views/; never a part of a request.
 */
export function readView(path: string): string {
  return readFileSync(join(root, "views", path), "utf8")
}
