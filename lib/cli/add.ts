import { existsSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { parseEnv } from "node:util"
import { appendToArray } from "./append-to-array.js"
import { confirm } from "./ask.js"
import { CliError, exitCodes, UsageError } from "./cli-error.js"
import { defineCommand } from "./command.js"
import { addProvider, callbackUrl, missingIn, readCommittedEnvFiles } from "./env-files.js"
import { findFile } from "./find-entry.js"
import { ownerOnly, type ProjectFile, readProjectFile, writeProjectFile } from "./project-file.js"
import { importOf, listProviders, loadProvider, type ProviderModule } from "./provider-module.js"
import { refuseTracked, warnOfGit } from "./secret.js"
import { afterImports, styleOf } from "./source-style.js"
import { caution, print, succeed } from "./terminal.js"
import { applyEdits, type Edit, showEdits } from "./text-edits.js"

/** `npx express-authjs add` */
export const add = defineCommand({
  usage: "<provider> [options]",
  maxArguments: 1,
  options: {
    entry: { type: "string", placeholder: "<path>", describe: "the file that calls ExpressAuth()" },
    "env-file": {
      type: "string",
      placeholder: "<path>",
      describe: "the file for the variables, instead of .env",
    },
    yes: { type: "boolean", short: "y", describe: "change the file without asking" },
    list: { type: "boolean", describe: "print the names of all providers instead" },
  },
  details: `Adds the provider's variables to .env, empty, and says which callback URL to register where; also to .env.example and
.env.test, where they exist. Then shows what would change in the file that calls ExpressAuth({ providers: [...] }), and
asks. Without a terminal, --yes applies it.

Values that are there are kept. Nothing of the project is executed.`,
  async run({ entry, yes = false, list = false, "env-file": envFile }, [name]) {
    if (list) return printProviders()
    if (name === undefined) throw new UsageError("Name a provider: npx express-authjs add google.")
    const provider = await loadProvider(name)
    requireProject(process.cwd())
    const env = await readProjectFile(resolve(envFile ?? ".env"))
    refuseTracked(env.path)
    const base = mountIn(parseEnv(env.text).AUTH_URL)
    const changes = await addVariables(env, { provider, base })
    const file = await findFile(process.cwd(), { pattern: providersArray, given: entry })
    const edits = file && editsFor(file.text, provider)
    if (file && edits?.length && !(await isAgreed(file, edits, yes))) return exitCodes.failed
    for (const { file: changed, text, mode } of changes) await writeProjectFile(changed, text, mode)
    reportVariables(env, provider, changes)
    if (file && edits) await changeFile(file, edits)
    else
      caution(
        `${whyNot(file)} Add the provider yourself${file ? "" : ", or pass --entry"}:\n  ${importOf(provider)}`,
      )
    print(describe(provider, base))
    return exitCodes.done
  },
})

function printProviders(): number {
  print(listProviders().join("\n"))
  return exitCodes.done
}

/** A `.env` anywhere else would be read by no app. */
function requireProject(folder: string): void {
  if (existsSync(join(folder, "package.json"))) return
  throw new CliError(
    "This folder has no package.json. Run this in the folder of your app, or begin one: " +
      "`npx express-authjs init my-app --provider google`. Nothing was written.",
  )
}

function whyNot(file: ProjectFile | undefined): string {
  return file
    ? `${nameOf(file)} has an array of providers whose end cannot be found.`
    : "No file with `providers: [` found."
}

async function isAgreed(file: ProjectFile, edits: readonly Edit[], yes: boolean): Promise<boolean> {
  print(showEdits(nameOf(file), file.text, edits))
  if (yes || (await confirm("Apply this change?"))) return true
  caution("Nothing was written.")
  return false
}

async function changeFile(file: ProjectFile, edits: readonly Edit[]): Promise<void> {
  if (edits.length === 0) return succeed(`${nameOf(file)} imports the provider already.`)
  await writeProjectFile(file, applyEdits(file.text, edits))
  succeed(`${nameOf(file)} is changed.`)
}

function nameOf({ path }: ProjectFile): string {
  return relative(process.cwd(), path)
}

/** A file and its new text. */
interface Change {
  readonly file: ProjectFile
  readonly text: string
  readonly mode?: number
}

/** Adds what is missing; variables that are there are kept, with and without a value. */
async function addVariables(
  env: ProjectFile,
  added: { provider: ProviderModule; base: string | undefined },
): Promise<Change[]> {
  const text = addProvider(env.text, env.path, added)
  const committed = (await readCommittedEnvFiles(process.cwd())).map(({ file, valueFor }) => ({
    file,
    text: addProvider(file.text, file.path, { ...added, valueFor }),
  }))
  return [{ file: env, text, mode: ownerOnly }, ...committed].filter(
    (change) => change.text !== change.file.text,
  )
}

function reportVariables(env: ProjectFile, { variables }: ProviderModule, changes: readonly Change[]): void {
  const missing = missingIn(env, variables)
  succeed(
    missing.length > 0
      ? `${nameOf(env)} has ${missing.join(", ")}: fill them in.`
      : `${nameOf(env)} has the variables.`,
  )
  for (const { file } of changes) if (file !== env) succeed(`${nameOf(file)} lists them.`)
  warnOfGit(env.path)
}

function describe({ id, console }: ProviderModule, base: string | undefined): string {
  return [
    `  Callback URL to register: ${callbackUrl(id, base)}`,
    ...(console ? [`  Register the app at:      ${console}`] : []),
  ].join("\n")
}

/** Returns the mount that AUTH_URL names; `undefined` for that of an app on this machine. */
function mountIn(address: string | undefined): string | undefined {
  const url = address && URL.canParse(address) ? new URL(address) : undefined
  return url && url.origin + (url.pathname.replace(/\/+$/, "") || "/auth")
}

const providersArray = /^.*\bproviders: ?\[/m

/** Returns no edits if the file imports the provider already, `undefined` if the array's end cannot be found. */
function editsFor(text: string, provider: ProviderModule): Edit[] | undefined {
  if (new RegExp(`["']express-authjs/providers/${provider.name}["']`).test(text)) return []
  const start = providersArray.exec(text)
  const index = start?.index ?? 0
  const edit = appendToArray(text, index + (start?.[0].length ?? 0), provider.identifier)
  if (!edit) return
  const before = text.slice(0, index).split(/\r?\n/)
  const imported = styleOf(text).importing(importOf(provider))
  return [{ after: afterImports(before.slice(0, -1)), remove: 0, insert: [imported] }, edit]
}
