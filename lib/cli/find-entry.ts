import { realpath } from "node:fs/promises"
import { join, sep } from "node:path"
import { CliError } from "./cli-error.js"
import { type ProjectFile, readProjectFile } from "./project-file.js"

/** What is read of the app's package.json. Anybody may have written it. */
interface Manifest {
  readonly main?: unknown
  readonly scripts?: unknown
}

/** Where Express apps begin when package.json does not say. */
const usual = ["app", "server", "index", "main", "auth"].flatMap((name) =>
  ["", "src/"].flatMap((folder) => ["ts", "js", "mjs", "cjs"].map((end) => `${folder}${name}.${end}`)),
)

/** What to look for. */
interface Wanted {
  /** What the file must contain. */
  readonly pattern: RegExp
  /** The user's own choice. */
  readonly given: string | undefined
}

/**
 * Finds a file of the app by its content: the one that a script of package.json starts, `main`, or one with a usual
 * name.
 *
 * @returns `undefined` if none contains what is wanted
 */
export async function findFile(folder: string, { pattern, given }: Wanted): Promise<ProjectFile | undefined> {
  const candidates = given === undefined ? [...namedFiles(await readManifest(folder)), ...usual] : [given]
  for (const path of new Set(candidates)) {
    const file = await readInside(folder, path)
    if (file && pattern.test(file.text)) return file
  }
  return undefined
}

/**
 * Finds the file that creates the Express app.
 *
 * @param given the user's own choice
 * @throws {CliError} if there is none
 */
export async function findEntry(folder: string, given: string | undefined): Promise<ProjectFile> {
  const file = await findFile(folder, { pattern: appLine, given })
  if (file) return file
  const where = given === undefined ? "None of the files with usual names has" : `${given} does not have`
  throw new CliError(
    `${where} the line \`const app = express()\` outside of functions. Name the file that has it: ` +
      "`npx express-authjs init --entry src/web.js`. To an app that is created in another way, add by hand: " +
      '`app.use("/auth", ExpressAuth({ providers: [] }))`.',
  )
}

/** Matches the line that creates the app; captures the variable's name. */
export const appLine = /^(?:export )?(?:const|let|var) ([\w$]+)(?:: ?[\w.]+)? ?= ?express\(\);?[ \t]*$/m

async function readManifest(folder: string): Promise<Manifest> {
  const { text } = await readProjectFile(join(folder, "package.json"))
  if (text === "") return {}
  try {
    return Object(JSON.parse(text))
  } catch (cause) {
    throw new CliError(`package.json is not JSON: ${cause instanceof Error ? cause.message : cause}.`)
  }
}

/** Scripts are searched for file names, and never run. */
function namedFiles({ main, scripts }: Manifest): string[] {
  const { dev, start } = Object(scripts)
  const words = [start, dev]
    .filter((script) => typeof script === "string")
    .join(" ")
    .split(/[\s"']+/)
  const files = words.filter((word) => /\.[cm]?[jt]s$/.test(word))
  return typeof main === "string" ? [...files, main] : files
}

/** Returns `undefined` for what is missing or elsewhere: package.json may name any path, and a folder may be a link. */
async function readInside(folder: string, path: string): Promise<ProjectFile | undefined> {
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(join(folder, path))])
    return real.startsWith(root + sep) ? await readProjectFile(real) : undefined
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined
    throw error
  }
}
