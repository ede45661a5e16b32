import { existsSync, readFileSync } from "node:fs"
import { dirname, isAbsolute, join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { causeOf } from "../config/cause-of.js"
import { packageRequire } from "../config/package-require.js"

/** A line of source code. */
export interface CodeLine {
  readonly number: number
  readonly text: string
  /** Whether the error comes from this line. */
  readonly isFaulty: boolean
}

/** The line of the app that an error comes from, with the lines around it. */
export interface AppFrame {
  /** The file, relative to the working directory if it is below it, with line and column, e.g. `src/app.ts:12:5`. */
  readonly place: string
  readonly lines: readonly CodeLine[]
}

const linesAround = 3
const maxLineLength = 160

/**
 * Finds the app's own line in the stack of an error or of its causes; the innermost cause comes first. Lines of
 * dependencies, of Node and of this package do not count.
 *
 * @returns `undefined` if no file of the app is on a stack, or it cannot be read
 */
export function appFrameOf(error: Error, depth = 0): AppFrame | undefined {
  const cause = depth < 5 ? causeOf(error) : undefined
  return (cause && appFrameOf(cause, depth + 1)) ?? readFrame(error)
}

interface Position {
  readonly path: string
  readonly line: number
  readonly column: number
}

function readFrame(error: Error): AppFrame | undefined {
  const position = positionsOf(error).find(isOfApp)
  if (!position) return
  const { path, line, column } = position
  const lines = readLines(path)
  if (line > lines.length) return
  const below = relative(process.cwd(), path)
  const place = `${below.startsWith("..") ? path : below}:${line}:${column}`
  return { place, lines: around(lines, line) }
}

/** The message is cut off first: it may contain what looks like a line of a stack. One that was changed is not found. */
function positionsOf({ stack = "", message }: Error): Position[] {
  const start = stack.indexOf(message)
  const frames = start < 0 ? stack : stack.slice(start + message.length)
  return frames.split("\n").flatMap((frame) => {
    const [, file = "", line = "", column = ""] = /^\s+at (?:.*\()?(.+?):(\d+):(\d+)\)?$/.exec(frame) ?? []
    const path = toPath(file.replace(/^async /, ""))
    return path === undefined ? [] : { path, line: Number(line), column: Number(column) }
  })
}

function toPath(file: string): string | undefined {
  if (isAbsolute(file)) return file
  return URL.canParse(file) && file.startsWith("file:") ? fileURLToPath(file) : undefined
}

function isOfApp({ path }: Position): boolean {
  if (path.split(sep).includes("node_modules") || !/\.[cm]?[jt]sx?$/.test(path)) return false
  return !ownFolders().some((folder) => path.startsWith(folder + sep)) && existsSync(path)
}

/** In a checkout of this package the folder is not in node_modules. */
function ownFolders(): string[] {
  try {
    const root = dirname(packageRequire().resolve("express-authjs/package.json"))
    return [join(root, "lib"), join(root, "dist")]
  } catch {
    return []
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split(/\r?\n/)
  } catch {
    return []
  }
}

function around(lines: readonly string[], faulty: number): CodeLine[] {
  const first = Math.max(1, faulty - linesAround)
  return lines.slice(first - 1, faulty + linesAround).map((text, index) => {
    const number = first + index
    return { number, text: text.slice(0, maxLineLength), isFaulty: number === faulty }
  })
}
