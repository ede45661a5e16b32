import { readFileSync } from "node:fs"

/**
 * Reads a file of the package's views directory.
 *
 * @param path A path that we wrote ourselves, relative to views/; never a part of a request.
 */
export function readView(path: string): string {
  // lib/pages and dist/pages are both two levels below the package's root.
  return readFileSync(new URL(`../../views/${path}`, import.meta.url), "utf8")
}
