import { paint } from "./terminal.js"

/** A change of some lines of a text. */
export interface Edit {
  /** The number of lines before the change. */
  readonly after: number
  /** The number of lines to remove. */
  readonly remove: number
  /** The lines to insert. */
  readonly insert: readonly string[]
}

const context = 2

/** Applies edits to a text, whose line ends it keeps. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n"
  const lines = text.split(/\r?\n/)
  for (const { after, remove, insert } of inReverse(edits)) lines.splice(after, remove, ...insert)
  return lines.join(end)
}

/** Shows edits as a unified diff, with a few lines around each. */
export function showEdits(path: string, text: string, edits: readonly Edit[]): string {
  const lines = text.split(/\r?\n/)
  const hunks = inReverse(edits)
    .reverse()
    .map((edit) => showHunk(lines, edit))
  return [paint("bold", `--- ${path}`), ...hunks].join("\n")
}

function showHunk(lines: readonly string[], { after, remove, insert }: Edit): string {
  const start = Math.max(0, after - context)
  const end = after + remove
  return [
    paint("cyan", `@@ line ${start + 1} @@`),
    ...lines.slice(start, after).map((line) => `  ${printable(line)}`),
    ...lines.slice(after, end).map((line) => paint("red", `- ${printable(line)}`)),
    ...insert.map((line) => paint("green", `+ ${printable(line)}`)),
    ...lines.slice(end, end + context).map((line) => `  ${printable(line)}`),
  ].join("\n")
}

/** A stranger's file could contain escape sequences that hide or forge lines of the diff. */
function printable(line: string): string {
  return line.replaceAll(/[^\P{C}\t]/gu, "\u{fffd}")
}

/** From the last line to the first, so that line numbers stay right; of edits in one place, the last comes first. */
function inReverse(edits: readonly Edit[]): Edit[] {
  return edits.toReversed().sort((a, b) => b.after - a.after)
}
