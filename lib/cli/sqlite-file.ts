import { existsSync } from "node:fs"

/** Whether a URL is that of a SQLite file that does not exist: opening it would create it. */
export function isMissingFile(url: string): boolean {
  const [, file] = /^(?:sqlite|file):(?!:memory:)([^?]+)/i.exec(url) ?? []
  return file !== undefined && !existsSync(file.replace(/^\/\/(?=\/)/, ""))
}
