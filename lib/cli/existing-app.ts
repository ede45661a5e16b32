import { basename, join, relative } from "node:path"
import { parseEnv } from "node:util"
import { confirm } from "./ask.js"
import { CliError } from "./cli-error.js"
import { addProvider, missingIn, readCommittedEnvFiles } from "./env-files.js"
import { appLine, findEntry } from "./find-entry.js"
import { ignoreFiles, missingNames } from "./new-app.js"
import { ownerOnly, type ProjectFile, readProjectFile, writeProjectFile } from "./project-file.js"
import { importOf, type ProviderModule } from "./provider-module.js"
import { createSecret, refuseTracked } from "./secret.js"
import { setVariables } from "./set-variables.js"
import { toShellWord } from "./shell-word.js"
import { afterImports, styleOf } from "./source-style.js"
import { caution, print, succeed } from "./terminal.js"
import { applyEdits, type Edit, showEdits } from "./text-edits.js"

/** What to add to which app. */
export interface AdditionPlan {
  /** The folder of the app's package.json. */
  readonly folder: string
  /** The file that creates the app, if the user names it. */
  readonly entry: string | undefined
  /** The providers beside the development sign-in. */
  readonly providers: readonly ProviderModule[]
  /** Whether to apply the change without a question. */
  readonly yes: boolean
}

/**
 * Adds sign-in to an app that exists: shows what would change, asks, and writes.
 *
 * @throws {CliError} if the app has it already, or is written in a way that we do not understand
 */
export async function addToApp({ folder, entry, providers, yes }: AdditionPlan): Promise<void> {
  const file = await findEntry(folder, entry)
  if (/["']express-authjs(?:["'/])/.test(file.text))
    throw new CliError(`${basename(file.path)} uses express-authjs already: nothing to do.`)
  const edits = editsFor(file.text, providers)
  const env = await readProjectFile(join(folder, ".env"))
  refuseTracked(env.path)
  const changes = await changeVariables(folder, env, providers)
  const gitignore = join(folder, ".gitignore")
  const unignored = await missingNames(gitignore, [".env"])
  print(showEdits(relative(folder, file.path), file.text, edits))
  print(
    `\n${[...changes.map(describeChange), ...unignored.map((name) => `.gitignore: adds ${name}`)].join("\n")}`,
  )
  if (!yes && !(await confirm("Apply these changes?"))) return caution("Nothing was written.")
  await writeProjectFile(file, applyEdits(file.text, edits))
  for (const { file: changed, text, mode } of changes) await writeProjectFile(changed, text, mode)
  await ignoreFiles(gitignore, unignored)
  const names = [file.path, ...changes.map((change) => change.file.path)].map((path) =>
    relative(folder, path),
  )
  succeed(`Changed ${names.join(", ")}${unignored.length > 0 ? ", .gitignore" : ""}.`)
  print(nextSteps(relative(folder, file.path)))
}

/** A file with variables and its new text. */
interface Change {
  readonly file: ProjectFile
  readonly text: string
  /** The variables that are added. */
  readonly names: readonly string[]
  readonly mode?: number
}

async function changeVariables(
  folder: string,
  env: ProjectFile,
  providers: readonly ProviderModule[],
): Promise<Change[]> {
  const own = {
    file: env,
    valueFor: (name: string) => (name === "NODE_ENV" ? "development" : createSecret()),
  }
  const committed = await readCommittedEnvFiles(folder)
  const all = [own, ...committed].map(({ file, valueFor }) => {
    const settings = missingSettings(file)
    const values = Object.fromEntries(settings.map((name) => [name, valueFor(name)]))
    const start = setVariables(file.text, values, file)
    const credentials = providers.flatMap(({ variables }) => missingIn(file, variables))
    const add = (text: string, provider: ProviderModule) =>
      addProvider(text, file.path, { provider, ...(file !== env && { valueFor }) })
    const text = providers.reduce(add, start)
    return { file, text, names: [...settings, ...credentials], ...(file === env && { mode: ownerOnly }) }
  })
  return all.filter(({ names }) => names.length > 0)
}

/** An empty secret counts as missing in `.env` and `.env.test`, where the app reads it. */
function missingSettings(file: ProjectFile): string[] {
  const isExample = basename(file.path) === ".env.example"
  const needsSecret = isExample
    ? missingIn(file, ["AUTH_SECRET"]).length > 0
    : !parseEnv(file.text).AUTH_SECRET
  return [...missingIn(file, ["NODE_ENV"]), ...(needsSecret ? ["AUTH_SECRET"] : [])]
}

function describeChange({ file, names }: Change): string {
  return `${basename(file.path)}: adds ${names.join(", ")}`
}

function editsFor(text: string, providers: readonly ProviderModule[]): Edit[] {
  const lines = text.split(/\r?\n/)
  const created = lines.findIndex((line) => appLine.test(line))
  const [, app = "app"] = appLine.exec(lines[created] ?? "") ?? []
  const { importing, statement } = styleOf(text)
  const all = [...providers.map(({ identifier }) => identifier), "DevelopmentSignIn()"].join(", ")
  const mount = [`const auth = ExpressAuth({ providers: [${all}] })`, `${app}.use("/auth", auth)`]
  const isFollowed = Boolean(lines[created + 1]?.trim())
  return [
    {
      after: afterImports(lines.slice(0, created)),
      remove: 0,
      insert: importLines(providers).map(importing),
    },
    { after: created + 1, remove: 0, insert: [...mount.map(statement), ...(isFollowed ? [""] : [])] },
  ]
}

function importLines(providers: readonly ProviderModule[]): string[] {
  return [
    'import { ExpressAuth } from "express-authjs"',
    'import { DevelopmentSignIn } from "express-authjs/development"',
    ...providers.map(importOf),
  ]
}

function nextSteps(entry: string): string {
  const start = /ts$/.test(entry) ? "npx tsx watch --env-file=.env" : "node --env-file=.env --watch"
  return `
Next:
  npm install express-authjs
  ${start} ${toShellWord(entry)}

Open http://localhost:3000/auth/signin. Guard a route: app.get("/dashboard", auth.requireAuth(), …)`
}
