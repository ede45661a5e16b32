import { readdirSync, readFileSync, type Stats, statSync } from "node:fs"
import { basename, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import type { TemplateFunction } from "ejs"
import { ConfigError, ExpressAuthError } from "../errors.js"
import { compileOwnTemplate, TemplateError } from "../views/compile-template.js"
import { type OwnViews, replaceableViews, styleSheetName } from "../views/own-views.js"
import { findNearest } from "./find-nearest.js"
import type { Logger } from "./logger.js"
import type { ExpressAuthConfig } from "./options.js"

type Files = Omit<OwnViews, "report">

/** A folder as it was read. */
interface Folder {
  /** Changes with the names, sizes and times of the files. */
  readonly version: string
  readonly files: Files
  /** Failures that have been logged. */
  readonly reported: Set<string>
}

/** By path. A function that returns a configuration for each request must not compile templates for each request. */
const folders = new Map<string, Folder>()

/**
 * Reads and compiles the templates of the option `views`.
 *
 * @returns a function that returns them; in development it reads again what has changed
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, and `ERR_AUTH_VIEW` for a template that does not compile
 */
export function resolveViews(
  views: ExpressAuthConfig["views"],
  { development }: { readonly development: boolean },
  logger: Pick<Logger, "error">,
): (() => OwnViews) | undefined {
  if (views === undefined) return
  const path = toPath(views)
  const withLog = (folder: Folder) => ({ ...folder.files, report: reporter(folder, logger) })
  const current = withLog(readFolder(path))
  return development ? () => withLog(readAgain(path, logger)) : () => current
}

function toPath(views: unknown): string {
  const isUrl = views instanceof URL || (typeof views === "string" && views.startsWith("file:"))
  try {
    if (isUrl) return fileURLToPath(views)
    if (typeof views === "string" && views !== "") return resolve(views)
  } catch {
    // Not the URL of a file.
  }
  throw invalid(
    `\`views\` is ${JSON.stringify(views) ?? typeof views}; expected the path of a folder such as "views/auth", or a file: URL.`,
  )
}

/** While the developer edits a file, it may be broken for a moment: what was there before stays. */
function readAgain(path: string, logger: Pick<Logger, "error">): Folder {
  try {
    return readFolder(path)
  } catch (error) {
    const last = folders.get(path) ?? { version: "", files: { templates: new Map(), styleSheet: undefined } }
    const folder = { reported: new Set<string>(), ...last }
    reportOnce(folder, String(error), () => logger.error(error))
    return folder
  }
}

function readFolder(path: string): Folder {
  const found = listFiles(path)
  const version = found.map(({ name, stats }) => `${name} ${stats.size} ${stats.mtimeMs}`).join("\n")
  const known = folders.get(path)
  if (known?.version === version) return known
  const folder = { version, files: readFiles(path, found), reported: new Set<string>() }
  folders.set(path, folder)
  return folder
}

interface Found {
  /** Relative to the folder, with slashes. */
  readonly name: string
  readonly stats: Stats
}

/** No template of ours is deeper, and a symbolic link may lead back to the folder. */
const maxDepth = 3

/** Lists the files of a folder and of those in it. Follows symbolic links. */
function listFiles(path: string, prefix = "", depth = 1): Found[] {
  const found = list(path, prefix)
  const inside = found.filter(({ stats }) => stats.isDirectory())
  return [
    ...found.filter(({ stats }) => !stats.isDirectory()),
    ...(depth < maxDepth ? inside.flatMap(({ name }) => listFiles(path, `${name}/`, depth + 1)) : []),
  ]
}

function list(path: string, prefix: string): Found[] {
  const names = access(join(path, prefix), (folder) => readdirSync(folder)).filter((name) => !isIgnored(name))
  return names.sort().map((name) => ({
    name: prefix + name,
    stats: access(join(path, prefix, name), (file) => statSync(file)),
  }))
}

function access<Result>(path: string, read: (path: string) => Result): Result {
  try {
    return read(path)
  } catch (cause) {
    const { code }: { code?: unknown } = Object(cause)
    const problem = code === "ENOENT" ? "does not exist" : `cannot be read (${String(code)})`
    throw invalid(
      `\`views\` needs ${path}, which ${problem}. \`npx express-authjs eject\` creates the folder. For one beside your ` +
        'code, write views: new URL("views/auth", import.meta.url); a bundled app needs a copy of the folder.',
      cause,
    )
  }
}

/** Hidden files, backups of editors, and notes to those who edit the templates. */
function isIgnored(name: string): boolean {
  return /^\.|~$|\.md$/i.test(name)
}

function readFiles(path: string, found: readonly Found[]): Files {
  const texts = new Map(found.map((file) => [file.name, readText(path, file)]))
  requireKnownNames(path, texts)
  const templates = [...texts].filter(([name]) => name !== styleSheetName)
  const body = texts.get(styleSheetName)
  return {
    templates: new Map(
      templates.map(([name, text]) => [name.replace(/\.ejs$/, ""), compile(join(path, name), text)]),
    ),
    styleSheet: body === undefined ? undefined : { body, type: "text/css; charset=utf-8" },
  }
}

function readText(path: string, { name, stats }: Found): string {
  if (stats.isFile()) return access(join(path, name), (file) => readFileSync(file, "utf8"))
  throw invalid(`\`views\` contains ${name}, which is not a file.`)
}

/** A file has the name of one of ours, or is a partial that another file uses. */
function requireKnownNames(path: string, texts: ReadonlyMap<string, string>): void {
  const known = replaceableViews()
  const used = new Set([...texts.values()].flatMap(partialsIn))
  for (const name of texts.keys()) {
    if (known.includes(name) || used.has(name)) continue
    const near = known.find((one) => stemOf(one) === stemOf(name)) ?? findNearest(name, known)
    const hint = near === undefined ? "" : ` Did you mean ${near}?`
    throw invalid(
      `\`views\` contains ${shorten(join(path, name))}, which replaces none of our files.${hint} ` +
        "`npx express-authjs eject --list` lists them.",
    )
  }
}

/** Returns the name without folder and extension. */
function stemOf(name: string): string {
  return basename(name).replace(/\.\w+$/, "")
}

function partialsIn(text: string): string[] {
  return [...text.matchAll(/\bpartial\(\s*(["'])([\w/-]+)\1/g)].map(([, , name]) => `partials/${name}.ejs`)
}

function compile(file: string, text: string): TemplateFunction {
  if (basename(file) === "layout.ejs" && !/<%-\s*page\.body\b/.test(text))
    throw invalid(`${shorten(file)} lacks <%- page.body %>, so no page would have a content.`)
  try {
    return compileOwnTemplate(text, file)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    throw new ConfigError(
      "ERR_AUTH_VIEW",
      `${shorten(file)}:${error.line} does not compile: ${error.message}`,
      { cause: error },
    )
  }
}

function reporter(folder: Folder, logger: Pick<Logger, "error">): OwnViews["report"] {
  return (name, cause) => {
    const message = `The template ${name}.ejs of the option \`views\` failed, so ours is shown instead.`
    reportOnce(folder, `${name} ${String(cause)}`, () =>
      logger.error(new ExpressAuthError("ERR_AUTH_VIEW", message, { cause })),
    )
  }
}

/** Bounds memory: the message of an error may contain a value of the request. */
const maxReports = 100

function reportOnce({ reported }: Pick<Folder, "reported">, failure: string, log: () => void): void {
  if (reported.has(failure) || reported.size >= maxReports) return
  reported.add(failure)
  log()
}

/** Returns a path as the developer knows it. */
function shorten(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith("..") ? path : short
}

function invalid(message: string, cause?: unknown): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message, { cause })
}
