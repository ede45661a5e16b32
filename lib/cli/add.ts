import { relative, resolve } from "node:path"
import { parseEnv } from "node:util"
import { callbackUrl } from "./app-files.js"
import { confirm } from "./ask.js"
import { exitCodes, UsageError } from "./cli-error.js"
import { defineCommand } from "./command.js"
import { findFile } from "./find-entry.js"
import { ownerOnly, type ProjectFile, readProjectFile, writeProjectFile } from "./project-file.js"
import { importOf, loadProvider, type ProviderModule } from "./provider-module.js"
import { refuseTracked, warnOfGit } from "./secret.js"
import { setVariables } from "./set-variables.js"
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
  },
  details: `Adds the provider's variables to .env, empty, and says which callback URL to register where. Then shows what would
change in the file that calls ExpressAuth({ providers: [...] }), and asks. Without a terminal, --yes applies it.

Values that are there are kept. Nothing of the project is executed.`,
  async run({ entry, yes = false, "env-file": envFile }, [name]) {
    if (name === undefined) throw new UsageError("Name a provider: npx express-authjs add google.")
    const provider = await loadProvider(name)
    const env = await readProjectFile(resolve(envFile ?? ".env"))
    refuseTracked(env.path)
    const file = await findFile(process.cwd(), { pattern: providersArray, given: entry })
    const edits = file ? editsFor(file.text, provider) : []
    if (file && edits.length > 0 && !(await isAgreed(file, edits, yes))) return exitCodes.failed
    await addVariables(env, provider)
    if (file) await changeFile(file, edits)
    else
      caution(
        `No file with \`providers: [\` found. Add the provider yourself, or pass --entry:\n  ${importOf(provider)}`,
      )
    print(describe(provider, parseEnv(env.text).AUTH_URL))
    return exitCodes.done
  },
})

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

/** Adds what is missing; variables that are there are kept, with and without a value. */
async function addVariables(file: ProjectFile, { variables }: ProviderModule): Promise<void> {
  const known = parseEnv(file.text)
  const missing = variables.filter((name) => !(name in known))
  const added = Object.fromEntries(missing.map((name) => [name, ""]))
  if (missing.length > 0) await writeProjectFile(file, setVariables(file.text, added, file.path), ownerOnly)
  const name = relative(process.cwd(), file.path)
  succeed(
    missing.length > 0 ? `${name} has ${missing.join(", ")}: fill them in.` : `${name} has the variables.`,
  )
  warnOfGit(file.path)
}

function describe({ id, console }: ProviderModule, address: string | undefined): string {
  const url = address && URL.canParse(address) ? new URL(address) : undefined
  const path = url && (url.pathname.replace(/\/+$/, "") || "/auth")
  return [
    `  Callback URL to register: ${callbackUrl(id, url && url.origin + path)}`,
    ...(console ? [`  Register the app at:      ${console}`] : []),
  ].join("\n")
}

const providersArray = /^(.*\bproviders: ?\[)(.*)$/m

/** Returns no edits if the file imports the provider already. */
function editsFor(text: string, provider: ProviderModule): Edit[] {
  if (new RegExp(`["']express-authjs/providers/${provider.name}["']`).test(text)) return []
  const lines = text.split(/\r?\n/)
  const index = lines.findIndex((line) => providersArray.test(line))
  const imported = styleOf(text).importing(importOf(provider))
  return [
    { after: afterImports(lines.slice(0, index)), remove: 0, insert: [imported] },
    inArray(lines, index, provider.identifier),
  ]
}

/** Puts a provider first in the array, which begins in this line and may end in a later one. */
function inArray(lines: readonly string[], index: number, identifier: string): Edit {
  const line = lines[index] ?? ""
  const [, start = "", rest = ""] = providersArray.exec(line) ?? []
  if (rest.trim() !== "") {
    const separator = rest.trimStart().startsWith("]") ? "" : ", "
    return { after: index, remove: 1, insert: [start + identifier + separator + rest.trimStart()] }
  }
  const [, space = "", first = ""] = /^(\s*)(.*)$/.exec(lines[index + 1] ?? "") ?? []
  const indent = first.startsWith("]") ? `${space}  ` : space
  return { after: index + 1, remove: 0, insert: [`${indent}${identifier},`] }
}
