import { compileFunction } from "node:vm"
import type { Options, Template, TemplateFunction } from "ejs"
import { requireEjs } from "./read-view.js"

const options = {
  _with: false,
  destructuredLocals: ["page", "partial", "t", "rich", "nonce"],
  strict: true,
} satisfies Options

/** Compiles a template of ours: without what finds errors, and without indentation. */
export function compileTemplate(text: string): TemplateFunction {
  return requireEjs().compile(text, { ...options, compileDebug: false, rmWhitespace: true })
}

/** A template of the app's does not compile. */
export class TemplateError extends Error {
  /** The line, from 1. */
  readonly line: number

  constructor(message: string, line: number, cause: unknown) {
    super(message, { cause })
    this.line = line
  }
}

/** What Node says of the program that EJS generates, in terms of the template. */
const reasons: Readonly<Partial<Record<string, string>>> = {
  "Unexpected token 'catch'": "A block is not closed: `<% } %>` is missing.",
}

/**
 * Compiles a template of the app's. Errors at render time name the file and the line.
 *
 * @param filename the absolute path, for errors
 * @throws {TemplateError}
 */
export function compileOwnTemplate(text: string, filename: string): TemplateFunction {
  const { Template } = requireEjs()
  const template = new Template(text, { ...options, filename, compileDebug: true })
  try {
    return template.compile() as TemplateFunction
  } catch (error) {
    const [message = ""] = String(error instanceof Error ? error.message : error).split("\n")
    const reason = message.replace(` in ${filename} while compiling ejs`, "")
    throw new TemplateError(reasons[reason] ?? reason, lineOf(template), error)
  }
}

/** EJS does not say in which line an error is, but notes the lines of the template in the program that it generates. */
function lineOf(template: Template): number {
  const program = template.source.split("\n")
  const faulty = faultyLine(template.source)
  const before = program.slice(0, faulty).join("\n")
  return Number([...before.matchAll(/^ {4}; __line = (\d+)$/gm)].at(-1)?.[1] ?? 1)
}

/** Returns the line of the program at which Node stops reading; the last one if it can read it all. */
function faultyLine(program: string): number | undefined {
  try {
    compileFunction(program, ["locals", "escapeFn", "include", "rethrow"], { filename: "template" })
    return undefined
  } catch (error) {
    const [, line] = /^template:(\d+)$/m.exec(String(error instanceof Error ? error.stack : "")) ?? []
    return line === undefined ? undefined : Number(line)
  }
}
