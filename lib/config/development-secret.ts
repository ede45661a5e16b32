import { randomBytes } from "node:crypto"
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"

/** A secret that outlives the process. */
export interface DevelopmentSecret {
  readonly secret: string
  /** The file that contains it. */
  readonly path: string
  /** Whether it was created just now. */
  readonly isNew: boolean
}

/**
 * Returns the secret in `node_modules/.cache/express-authjs/secret` of the package around the working directory, and
 * creates it if there is none. Sessions then survive `node --watch`.
 *
 * @throws {Error} if there is no package, or the file is unsafe or cannot be read or written
 */
export function readDevelopmentSecret(directory = process.cwd()): DevelopmentSecret {
  const path = join(packageRoot(directory), "node_modules", ".cache", "express-authjs", "secret")
  const isNew = create(path)
  return { secret: read(path), path, isNew }
}

function packageRoot(directory: string): string {
  if (existsSync(join(directory, "package.json"))) return directory
  const parent = dirname(directory)
  if (parent === directory) throw new Error("there is no package.json around the working directory")
  return packageRoot(parent)
}

/** A link appears with its content, so processes that start at the same time never read half a secret. */
function create(path: string): boolean {
  if (existsSync(path)) return false
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`
  try {
    writeFileSync(draft, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 })
    linkSync(draft, path)
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Neither follows a link nor waits for a pipe, and checks the file that it has opened. Windows knows neither flag. */
function read(path: string): string {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  try {
    const { mode, uid, size } = fstatSync(file)
    const isPrivate = process.platform === "win32" || ((mode & 0o077) === 0 && uid === process.getuid?.())
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) throw new Error(`${path} is not a file`)
    if (!isPrivate) throw new Error(`other users can read or replace ${path}`)
    const secret = size > 1024 ? "" : readFileSync(file, "utf8").trim()
    if (secret.length < 32) throw new Error(`${path} does not contain a secret`)
    return secret
  } finally {
    closeSync(file)
  }
}
