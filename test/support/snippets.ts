const languages = ["ts", "js", "cjs"] as const

/** A fenced block of code in a Markdown file. */
export interface Snippet {
  file: string
  /** The line of the file on which the code starts. */
  line: number
  language: (typeof languages)[number]
  code: string
  /** False for fences marked `no-run`. */
  mayRun: boolean
}

/** The ts, js and cjs blocks of a Markdown text. Throws for a word after the language that is not `no-run`. */
export function extractSnippets(markdown: string, file: string): Snippet[] {
  const snippets: Snippet[] = []
  const fences = markdown.matchAll(/^([ \t]*)(`{3,}|~{3,})([^\n`]*)\n([\s\S]*?)^[ \t]*\2[`~]*[ \t]*$/gm)
  for (const { index, 1: indent = "", 3: info = "", 4: code = "" } of fences) {
    const [word = "", ...words] = info.trim().split(/\s+/)
    const language = languages.find((known) => known === word)
    if (!language) continue
    const line = markdown.slice(0, index).split("\n").length + 1
    const unknown = words.find((other) => other !== "no-run")
    if (unknown)
      throw new Error(`${file}:${line - 1}: a fence may say "${word}" or "${word} no-run", not "${unknown}"`)
    const lines = code.split("\n").map((text) => (text.startsWith(indent) ? text.slice(indent.length) : text))
    snippets.push({ file, line, language, code: lines.join("\n"), mayRun: !words.includes("no-run") })
  }
  return snippets
}

/** Whether a snippet is a whole app: it imports the package, and listens or exports its app. */
export function isRunnable({ code, mayRun }: Snippet): boolean {
  const namesUs = /["']express-authjs(\/[^"']*)?["']/.test(code)
  const isApp =
    /\bapp\.listen\(|^export (default app|\{[^}]*\bapp\b|const app)\b|^module\.exports\b.*\bapp\b/m.test(code)
  return mayRun && namesUs && isApp
}

/** Names the snippet's module after its file and line. */
export function toFileName({ file, line, language }: Snippet): string {
  return `${file.replace(/[^\w.]/g, "-")}.${line}.${language}`
}

/**
 * The source of the snippet's module, with the line numbers of the Markdown file. A fragment, which is
 * neither an app nor exports or declares anything, can use the names of `snippet-scope.ts`.
 */
export function toModule(snippet: Snippet): string {
  const isModule =
    /^(export|declare|module\.exports)\b/m.test(snippet.code) || /\b(const|let) app\b/.test(snippet.code)
  const code = isModule ? snippet.code : lendScope(snippet)
  return "\n".repeat(snippet.line - 1) + code
}

function lendScope({ code, language }: Snippet): string {
  const imports =
    /^(?:\s*(?:import\b[^"']*["'][^"'\n]*["'](?: with \{[^}]*\})?;?|\/\/.*)?[ \t]*\n)*/.exec(code)?.[0] ?? ""
  const names = "{ app, auth, config, req, res, next }"
  const scope = 'import("../../support/snippet-scope.js").SnippetScope'
  const open =
    language === "ts"
      ? `export async function fragment(${names}: ${scope}) {{ `
      : `/** @param {${scope}} scope */ async function fragment(${names}) {{ `
  return `${imports}${open}${code.slice(imports.length)}}}\n`
}
