/** How a file of the app is written, for lines that fit it. */
export interface SourceStyle {
  /** Returns a statement with the file's quotes and semicolons. */
  statement(line: string): string
  /** Returns an import, as `require()` in a CommonJS file. */
  importing(line: string): string
}

/** Reads the style of a file: modules or CommonJS, its quotes, its semicolons. */
export function styleOf(text: string): SourceStyle {
  const isModule = /^(?:import|export)\b/m.test(text)
  const single = text.split("'").length > text.split('"').length
  const semicolon = /^(?:import|export|const|let|var)\b.*;[ \t]*$/m.test(text) ? ";" : ""
  const statement = (line: string) => (single ? line.replaceAll('"', "'") : line) + semicolon
  return { statement, importing: (line) => statement(isModule ? line : toRequire(line)) }
}

function toRequire(line: string): string {
  return line
    .replace(/^import (\w+) from (.*)$/, "const { default: $1 } = require($2)")
    .replace(/^import (\{.*\}) from (.*)$/, "const $1 = require($2)")
}

/** Returns the number of lines up to the last import; all lines if there is none. */
export function afterImports(lines: readonly string[]): number {
  const isImport = (line: string) =>
    /^(?:import\b.*|\}) ?(?:from )?["'][^"']+["'];?\s*$|^(?:const|let|var) .*\brequire\(.*\);?\s*$/.test(line)
  const last = lines.findLastIndex(isImport)
  return last < 0 ? lines.length : last + 1
}
