import { basename, join, relative } from "node:path"
import { parseEnv } from "node:util"
import { confirm } from "./ask.js"
import { CliError } from "./cli-error.js"
import { appLine, findEntry } from "./find-entry.js"
import { ignoreFiles } from "./new-app.js"
import { ownerOnly, type ProjectFile, readProjectFile, writeProjectFile } from "./project-file.js"
import { importOf, type ProviderModule } from "./provider-module.js"
import { createSecret, refuseTracked } from "./secret.js"
import { setVariables, type Variables } from "./set-variables.js"
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
  const variables = missingVariables(env, providers)
  print(showEdits(relative(folder, file.path), file.text, edits))
  print(`\n.env: adds ${Object.keys(variables).join(", ") || "nothing"}, and is ignored by git.`)
  if (!yes && !(await confirm("Apply these changes?"))) return caution("Nothing was written.")
  const text = setVariables(env.text, variables, env.path)
  await writeProjectFile(file, applyEdits(file.text, edits))
  await writeProjectFile(env, text, ownerOnly)
  await ignoreFiles(join(folder, ".gitignore"), [".env"])
  succeed(`${relative(folder, file.path)} and .env are changed.`)
  print(nextSteps(relative(folder, file.path)))
}

function missingVariables({ text }: ProjectFile, providers: readonly ProviderModule[]): Variables {
  const known = parseEnv(text)
  const names = providers.flatMap(({ variables }) => variables).filter((name) => !(name in known))
  return {
    ...(!("NODE_ENV" in known) && { NODE_ENV: "development" }),
    ...(!known.AUTH_SECRET && { AUTH_SECRET: createSecret() }),
    ...Object.fromEntries(names.map((name) => [name, ""])),
  }
}

function editsFor(text: string, providers: readonly ProviderModule[]): Edit[] {
  const lines = text.split(/\r?\n/)
  const created = lines.findIndex((line) => appLine.test(line))
  const [, app = "app"] = appLine.exec(lines[created] ?? "") ?? []
  const { importing, statement } = styleOf(text)
  const all = [...providers.map(({ identifier }) => identifier), "DevelopmentSignIn()"].join(", ")
  const mount = [`const auth = ExpressAuth({ providers: [${all}] })`, `${app}.use("/auth", auth)`]
  return [
    {
      after: afterImports(lines.slice(0, created)),
      remove: 0,
      insert: importLines(providers).map(importing),
    },
    { after: created + 1, remove: 0, insert: ["", ...mount.map(statement)] },
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
  ${start} ${entry}

Open http://localhost:3000/auth/signin. Guard a route: app.get("/dashboard", auth.requireAuth(), …)`
}
