import { parseEnv } from "node:util"
import { CliError } from "./cli-error.js"

/** Variables and their new values. */
export type Variables = Readonly<Record<string, string>>

/** The file that a text comes from. */
interface Place {
  /** For messages. */
  readonly path: string
  /** Lines to put before the first variable that is added, after an empty line. */
  readonly comment?: readonly string[] | undefined
}

/**
 * Sets variables in the text of a `.env` file and leaves everything else as it is, to the letter. Node's own parser
 * checks the result, so that no line is added where it would become part of another value.
 *
 * @throws {CliError} if the text does not allow it; the message quotes no value
 */
export function setVariables(text: string, variables: Variables, { path, comment }: Place): string {
  let result = comment ? appendLines(text, text === "" ? comment : ["", ...comment]) : text
  for (const [name, value] of Object.entries(variables)) result = setVariable(result, name, quote(value))
  const problem = findDifference(parseEnv(result), { ...parseEnv(text), ...variables })
  if (problem === undefined && !spansLines(text, variables)) return result
  throw new CliError(
    `${path} cannot be changed safely, because of quotes or line breaks near ${problem ?? Object.keys(variables)[0]}. ` +
      "Nothing was written. `npx express-authjs secret --print` prints a secret to insert by hand.",
  )
}

/** Replaces the last line that sets the variable, which is the one that counts, or adds one. */
function setVariable(text: string, name: string, value: string): string {
  const lines = [...text.matchAll(new RegExp(`^([ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=)[^\\r\\n]*`, "gm"))]
  const last = lines.at(-1)
  if (last) {
    const [line, start = ""] = last
    return `${text.slice(0, last.index)}${start}${value}${text.slice(last.index + line.length)}`
  }
  return appendLines(text, [`${name}=${value}`])
}

function appendLines(text: string, lines: readonly string[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n"
  const separator = text === "" || text.endsWith("\n") ? "" : end
  return text + separator + lines.map((line) => line + end).join("")
}

function quote(value: string): string {
  if (/^[\w./:@+=~-]*$/.test(value)) return value
  const mark = ["'", '"', "`"].find((candidate) => !value.includes(candidate)) ?? ""
  return `${mark}${value}${mark}`
}

/** A replaced line of a value with several would leave the others behind. */
function spansLines(text: string, variables: Variables): boolean {
  const before = parseEnv(text)
  return Object.keys(variables).some((name) => /[\r\n]/.test(before[name] ?? ""))
}

function findDifference(found: NodeJS.Dict<string>, expected: NodeJS.Dict<string>): string | undefined {
  const names = new Set([...Object.keys(found), ...Object.keys(expected)])
  return [...names].find((name) => found[name] !== expected[name])
}
