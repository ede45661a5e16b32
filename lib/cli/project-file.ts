import { randomBytes } from "node:crypto"
import { constants, type Stats } from "node:fs"
import { chmod, chown, type FileHandle, lstat, open, rename, rm } from "node:fs/promises"
import { CliError } from "./cli-error.js"

/** A text file of the user's, as it was read. */
export interface ProjectFile {
  /** Where it is. */
  readonly path: string
  /** Empty if the file does not exist. */
  readonly text: string
  /** `undefined` if the file does not exist. */
  readonly stats: Stats | undefined
}

const maxBytes = 1024 * 1024
/** Windows has no such flag; there, links need privileges. */
const noFollow = constants.O_NOFOLLOW ?? 0

/** Permissions of files with secrets: their owner reads and writes them. */
export const ownerOnly = 0o600

/** Permissions of other new files, less the umask. */
const usual = 0o666

/**
 * Reads a file that is to be changed or created.
 *
 * @throws {CliError} for a symbolic link, which may lead out of the project, and for anything but a small file in UTF-8
 */
export async function readProjectFile(path: string): Promise<ProjectFile> {
  const stats = await statOf(path)
  if (!stats) return { path, text: "", stats }
  requirePlainFile(path, stats)
  const file = await open(path, constants.O_RDONLY | noFollow)
  try {
    return { path, text: decode(await file.readFile(), path), stats }
  } finally {
    await file.close()
  }
}

/**
 * Writes the new text. A new file is created, never one that appeared meanwhile overwritten; an existing one is
 * replaced at once, so that a crash leaves the old or the new text.
 *
 * @param mode the permissions; by default those that the file had
 * @throws {CliError} if the file changed since it was read
 */
export async function writeProjectFile(
  { path, stats }: ProjectFile,
  text: string,
  mode?: number,
): Promise<void> {
  if (!stats) return createFile(path, text, mode ?? usual)
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`
  try {
    await createFile(temporary, text, ownerOnly)
    await chmod(temporary, mode ?? stats.mode & 0o777)
    await keepOwner(temporary, stats)
    const now = await statOf(path)
    if (now?.ino !== stats.ino || now.mtimeMs !== stats.mtimeMs)
      throw new CliError(
        `${path} was changed by another program meanwhile: nothing was written. Run this again.`,
      )
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Characters that are not UTF-8 would be lost when the file is written. */
function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new CliError(
      `${path} is not in UTF-8, as Node expects: save it in this encoding, and run this again.`,
    )
  }
}

async function createFile(path: string, text: string, mode: number): Promise<void> {
  const file = await createExclusively(path, mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function createExclusively(path: string, mode: number): Promise<FileHandle> {
  try {
    return await open(path, "wx", mode)
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error
    throw new CliError(
      `${path} was created by another program meanwhile: nothing was written. Run this again.`,
    )
  }
}

/** Under `sudo` the app could not read a file of root's. */
async function keepOwner(path: string, { uid, gid }: Stats): Promise<void> {
  if (process.getuid?.() === 0) await chown(path, uid, gid)
}

function requirePlainFile(path: string, stats: Stats): void {
  if (stats.isSymbolicLink())
    throw new CliError(
      `${path} is a symbolic link: the text would be written somewhere else. Replace it by a file.`,
    )
  if (!stats.isFile()) throw new CliError(`${path} is not a file: expected a text file or none.`)
  if (stats.size > maxBytes)
    throw new CliError(`${path} has ${stats.size} bytes: expected a small text file.`)
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code
}
