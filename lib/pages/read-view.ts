import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

/**
 * Reads a file of the package's views directory.
 *
 * @param path a path from our own code, relative to views/; never part of a request
 * @throws if there is no such file
 */
export function readView(path: string): string {
  return readFileSync(join(packageRoot(), "views", path), "utf8")
}

/** Resolves the package's own name, which works wherever the build puts this code. */
function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve("express-authjs/package.json"))
}
