import { existsSync, readFileSync, statSync } from "node:fs"

/** The repository's folder on this machine. */
export const root = new URL("../../", import.meta.url)

/** The package's metadata: its name, description and entry points. */
export const metadata = JSON.parse(readFileSync(new URL("package.json", root), "utf8"))

/** The repository's address, which package.json alone decides. */
export const address = metadata.repository.url.replace(/^git\+|\.git$/g, "")

/**
 * Returns the address of a file or folder that is no page of the site.
 *
 * @param path relative to the repository's root
 * @throws when it does not exist
 */
export function toRepositoryUrl(path) {
  const file = new URL(path, root)
  if (!existsSync(file)) throw new Error(`${path} does not exist`)
  return `${address}/${statSync(file).isDirectory() ? "tree" : "blob"}/main/${path.replace(/\/$/, "")}`
}
