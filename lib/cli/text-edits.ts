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
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/)
  let added = 0
  const hunks = toHunks(inReverse(edits).reverse()).map((hunk) => {
    const shown = showHunk(lines, hunk, added)
    for (const { insert, remove } of hunk) added += insert.length - remove
    return shown
  })
  return [paint("bold", `--- ${path}`), paint("bold", `+++ ${path}`), ...hunks].join("\n")
}

/** Joins edits whose surrounding lines would be shown twice. */
function toHunks(edits: readonly Edit[]): Edit[][] {
  const hunks: Edit[][] = []
  for (const edit of edits) {
    const previous = hunks.at(-1)
    const last = previous?.at(-1)
    if (previous && last && edit.after - last.after - last.remove <= 2 * context) previous.push(edit)
    else hunks.push([edit])
  }
  return hunks
}

/** @param added how many lines the earlier hunks add */
function showHunk(lines: readonly string[], edits: readonly Edit[], added: number): string {
  const [first, last] = [edits[0], edits.at(-1)]
  const start = Math.max(0, (first?.after ?? 0) - context)
  const end = Math.min(lines.length, (last?.after ?? 0) + (last?.remove ?? 0) + context)
  const growth = edits.reduce((sum, { insert, remove }) => sum + insert.length - remove, 0)
  const [before, after] = [end - start, end - start + growth]
  const body: string[] = []
  let position = start
  for (const { after: line, remove, insert } of edits) {
    body.push(...lines.slice(position, line).map((same) => ` ${printable(same)}`))
    body.push(...lines.slice(line, line + remove).map((old) => paint("red", `-${printable(old)}`)))
    body.push(...insert.map((fresh) => paint("green", `+${printable(fresh)}`)))
    position = line + remove
  }
  body.push(...lines.slice(position, end).map((same) => ` ${printable(same)}`))
  const header = `@@ -${start + 1},${before} +${start + 1 + added},${after} @@`
  return [paint("cyan", header), ...body].join("\n")
}

/** A stranger's file could contain escape sequences that hide or forge lines of the diff. */
function printable(line: string): string {
  return line.replaceAll(/[^\P{C}\t]/gu, "\u{fffd}")
}

/** From the last line to the first, so that line numbers stay right; of edits in one place, the last comes first. */
function inReverse(edits: readonly Edit[]): Edit[] {
  return edits.toReversed().sort((a, b) => b.after - a.after)
}
