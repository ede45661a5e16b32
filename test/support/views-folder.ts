import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

/** Creates folders for the option `views`, each for one test. */
export function useViewsFolders() {
  const made: string[] = []
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  /** Writes files by name into a new folder. Returns its path. */
  return function createViews(files: Readonly<Record<string, string>> = {}): string {
    const folder = mkdtempSync(join(tmpdir(), "views-"))
    made.push(folder)
    writeViews(folder, files)
    return folder
  }
}

/** Writes files by name into a folder for the option `views`. */
export function writeViews(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}
