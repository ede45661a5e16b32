import { mkdir, readdir } from "node:fs/promises"
import { basename, dirname, join, relative } from "node:path"
import { appFiles, ignored, type NewApp } from "./app-files.js"
import { CliError } from "./cli-error.js"
import { installPackages } from "./install-packages.js"
import { ownerOnly, readProjectFile, writeProjectFile } from "./project-file.js"
import { toShellWord } from "./shell-word.js"
import { print, succeed } from "./terminal.js"

/** What may lie in a folder that counts as empty: what editors and new repositories contain. */
const harmless =
  /^(?:\.git|\.gitignore|\.gitattributes|\.DS_Store|\.idea|\.vscode|LICENSE(?:\.\w+)?|README\.md)$/

/** A new app and where it goes. */
export interface NewAppPlan extends Omit<NewApp, "name"> {
  /** The absolute path. */
  readonly folder: string
  /** Whether to install its packages. */
  readonly install: boolean
}

/**
 * Requires a folder without files that an app would mix with. It may be missing.
 *
 * @throws {CliError}
 */
export async function requireEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return []
    throw error
  })
  const [other] = entries.filter((name) => !harmless.test(name))
  if (other === undefined) return
  throw new CliError(
    `${folder} contains ${JSON.stringify(other)} but no package.json. Name a new folder, ` +
      "`npx express-authjs init my-app`, or begin with `npm init`.",
  )
}

/** Writes an app that runs, and installs its packages. */
export async function createApp({ folder, install, ...options }: NewAppPlan): Promise<void> {
  await requireEmpty(folder)
  const files = Object.entries(appFiles({ name: basename(folder), ...options }))
  await mkdir(folder, { recursive: true })
  for (const [path, text] of files) await createFile(join(folder, path), text)
  succeed(`Wrote ${files.length} files in ${folder}:`)
  for (const [path] of files) print(`  ${path}`)
  if (install) installPackages(folder)
  print(nextSteps(folder, { isInstalled: install, hasProviders: options.providers.length > 0 }))
}

async function createFile(path: string, text: string): Promise<void> {
  if (basename(path) === ".gitignore") return ignoreFiles(path, ignored)
  await mkdir(dirname(path), { recursive: true })
  const file = { path, text: "", stats: undefined }
  await writeProjectFile(file, text, basename(path) === ".env" ? ownerOnly : undefined)
}

/** Returns the names that a `.gitignore` does not have, which may be missing. */
export async function missingNames(path: string, names: readonly string[]): Promise<string[]> {
  const { text } = await readProjectFile(path)
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, ""))
  return names.filter((name) => !lines.includes(name))
}

/** Adds names to a `.gitignore`, which may exist. */
export async function ignoreFiles(path: string, names: readonly string[]): Promise<void> {
  const missing = await missingNames(path, names)
  if (missing.length === 0) return
  const file = await readProjectFile(path)
  const separator = file.text === "" || file.text.endsWith("\n") ? "" : "\n"
  await writeProjectFile(file, `${file.text}${separator}${missing.join("\n")}\n`)
}

interface Written {
  readonly isInstalled: boolean
  readonly hasProviders: boolean
}

function nextSteps(folder: string, { isInstalled, hasProviders }: Written): string {
  const way = relative(process.cwd(), folder)
  const steps = [way && `cd ${toShellWord(way)}`, !isInstalled && "npm install", "npm run dev"].filter(
    Boolean,
  )
  return `
Next:
${steps.map((step) => `  ${step}`).join("\n")}

Open http://localhost:3000 and sign in as one of the people on the page, who exist in development only.${hasProviders ? toSetUp : ""}`
}

const toSetUp = "\nThe page also says how to set up the providers."
