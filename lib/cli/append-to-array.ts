import type { Edit } from "./text-edits.js"

/** An element of an array literal, by positions in the text. */
interface Element {
  readonly start: number
  /** The position after its last character. */
  readonly end: number
  /** Whether a comma follows. */
  readonly hasComma: boolean
}

/**
 * Returns the edit that adds an element to an array literal: as the last, but before a `DevelopmentSignIn()` at the end.
 *
 * @param open the position after the array's `[`
 * @returns `undefined` if the end of the array cannot be found
 */
export function appendToArray(text: string, open: number, element: string): Edit | undefined {
  const elements = readElements(text, open)
  const last = elements?.at(-1)
  if (!elements) return undefined
  if (!last) return intoEmpty(text, open, element)
  const isBefore = text.startsWith("DevelopmentSignIn(", last.start)
  if (/^\s*$/.test(text.slice(lineStart(text, last.start), last.start)))
    return isBefore ? lineBefore(text, last, element) : lineAfter(text, last, element)
  if (isBefore) return insertAt(text, last.start, `${element}, `)
  return last.hasComma
    ? insertAt(text, text.indexOf(",", last.end) + 1, ` ${element},`)
    : insertAt(text, last.end, `, ${element}`)
}

function intoEmpty(text: string, open: number, element: string): Edit {
  const [, space] = /^[ \t]*\r?\n([ \t]*)\]/.exec(text.slice(open)) ?? []
  if (space === undefined) return insertAt(text, open, element)
  return { after: lineOf(text, open) + 1, remove: 0, insert: [`${space}  ${element},`] }
}

function lineBefore(text: string, { start }: Element, element: string): Edit {
  const indent = text.slice(lineStart(text, start), start)
  return { after: lineOf(text, start), remove: 0, insert: [`${indent}${element},`] }
}

/** Comments at the end of the line stay where they are. */
function lineAfter(text: string, { start, end, hasComma }: Element, element: string): Edit {
  const indent = text.slice(lineStart(text, start), start)
  const line = lineOf(text, end)
  if (hasComma) return { after: line + 1, remove: 0, insert: [`${indent}${element},`] }
  const { insert } = insertAt(text, end, ",")
  return { after: line, remove: 1, insert: [...insert, indent + element] }
}

function insertAt(text: string, position: number, added: string): Edit {
  const [start, rest = ""] = [lineStart(text, position), text.slice(position).split(/\r?\n/, 1)[0]]
  return {
    after: lineOf(text, position),
    remove: 1,
    insert: [text.slice(start, position) + added + rest],
  }
}

function lineStart(text: string, position: number): number {
  return text.lastIndexOf("\n", position - 1) + 1
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split("\n").length - 1
}

/** What is skipped as a whole: a comment, a string, space. */
const token =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s+|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\[\s\S]|[^`\\])*`|[\s\S]/gy

/** Yields the code from a position on: whole strings, and single characters. */
function* readCode(text: string, from: number): Generator<{ part: string; start: number; end: number }> {
  token.lastIndex = from
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [part] = match
    if (!/^(?:\s|\/[/*])/.test(part)) yield { part, start: match.index, end: token.lastIndex }
  }
}

/** Returns `undefined` if the brackets do not match. */
function readElements(text: string, open: number): Element[] | undefined {
  const elements: Element[] = []
  let depth = 0
  let current: Omit<Element, "hasComma"> | undefined
  for (const { part, start, end } of readCode(text, open)) {
    if (depth > 0 || !/^[\],]$/.test(part)) {
      depth += depthOf(part)
      current = { start: current?.start ?? start, end }
      continue
    }
    if (current) elements.push({ ...current, hasComma: part === "," })
    if (part === "]") return elements
    current = undefined
  }
  return undefined
}

function depthOf(part: string): number {
  if (/^[([{]$/.test(part)) return 1
  return /^[)\]}]$/.test(part) ? -1 : 0
}
