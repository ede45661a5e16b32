import { existsSync, realpathSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { dirname, join, relative, resolve, sep } from "node:path"
import { findNearest } from "../config/find-nearest.js"
import { pathOfView, replaceableViews } from "../views/own-views.js"
import { readView } from "../views/read-view.js"
import { confirm } from "./ask.js"
import { CliError, exitCodes, UsageError } from "./cli-error.js"
import { defineCommand } from "./command.js"
import { type ProjectFile, readProjectFile, writeProjectFile } from "./project-file.js"
import { caution, isInteractive, print, succeed } from "./terminal.js"

/** `npx express-authjs eject` */
export const eject = defineCommand({
  usage: "<name>... [options]",
  maxArguments: Number.POSITIVE_INFINITY,
  options: {
    to: { type: "string", placeholder: "<folder>", describe: "where to copy them, instead of views/auth" },
    all: { type: "boolean", describe: "copy every template and the style sheet" },
    yes: { type: "boolean", short: "y", describe: "replace files of yours that differ, without asking" },
    list: { type: "boolean", describe: "print the names of all files instead" },
  },
  details: `Copies built-in templates or the style sheet into a folder, for the option \`views\` of ExpressAuth(): then yours replace
ours. A name is that of a page (sign-in), a partial (partials/button or button), a mail (mail), or style.

A file of yours that differs is kept, unless you agree or pass --yes.`,
  async run({ to = "views/auth", all = false, yes = false, list = false }, names) {
    if (list) return printNames()
    if (all === names.length > 0)
      throw new UsageError("Name what to copy, e.g. npx express-authjs eject sign-in, or pass --all.")
    const chosen = all ? replaceableViews() : [...new Set(names.map(findView))]
    const folder = resolve(to)
    requireInside(folder)
    const files = await Promise.all(chosen.map((name) => readTarget(folder, name)))
    let kept = 0
    for (const target of files) if (!(await copy(target, yes))) kept++
    print(`  Pass the folder to ExpressAuth(): views: ${JSON.stringify(nameOf(folder))}`)
    return kept === 0 ? exitCodes.done : exitCodes.failed
  },
})

function printNames(): number {
  print(replaceableViews().join("\n"))
  return exitCodes.done
}

/** Accepts a name with and without its extension, and that of a partial with and without the folder. */
function findView(name: string): string {
  const known = replaceableViews()
  const forms = [name, `${name}.ejs`, `${name}.css`, `partials/${name}`, `partials/${name}.ejs`]
  const found = forms.find((form) => known.includes(form))
  if (found !== undefined) return found
  const short = known.map((one) => one.replace(/^partials\/|\.\w+$/g, ""))
  const nearest = findNearest(name, short)
  const hint = nearest === undefined ? "" : ` Did you mean ${nearest}?`
  throw new UsageError(`There is no template ${JSON.stringify(name)}.${hint} --list prints all names.`)
}

/** A folder of the project may be a symbolic link that leads out of it. */
function requireInside(folder: string): void {
  const root = process.cwd()
  const isWithin = (path: string, parent: string) => `${path}${sep}`.startsWith(parent + sep)
  const real = realpathSync(closestExisting(folder))
  if (!isWithin(folder, root) || isWithin(real, realpathSync(root))) return
  throw new CliError(`${nameOf(folder)} leads to ${real}, outside this project. Nothing was written.`)
}

function closestExisting(path: string): string {
  return existsSync(path) ? path : closestExisting(dirname(path))
}

/** A file to write, with the text of ours. */
interface Target {
  readonly file: ProjectFile
  readonly text: string
}

async function readTarget(folder: string, name: string): Promise<Target> {
  const path = join(folder, name)
  requireInside(dirname(path))
  return { file: await readProjectFile(path), text: readView(pathOfView(name)) }
}

/** @returns whether the file now has the text of ours */
async function copy({ file, text }: Target, yes: boolean): Promise<boolean> {
  const name = nameOf(file.path)
  if (file.stats && file.text === text) {
    succeed(`${name} is a copy of ours already.`)
    return true
  }
  if (file.stats && !yes && !(await mayReplace(name))) {
    caution(`${name} differs from ours, and is kept. To replace it: --yes`)
    return false
  }
  await mkdir(dirname(file.path), { recursive: true })
  await writeProjectFile(file, text)
  succeed(`${name} is ${file.stats ? "replaced" : "written"}.`)
  return true
}

async function mayReplace(name: string): Promise<boolean> {
  return isInteractive() && (await confirm(`${name} differs from ours. Replace it?`))
}

/** Returns a path as the user knows it, with slashes on every system. */
function nameOf(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith("..") ? path : short.replaceAll("\\", "/") || "."
}
