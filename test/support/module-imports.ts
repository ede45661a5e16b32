import { readdir, readFile } from "node:fs/promises"
import { posix } from "node:path"

/** One import of one file: both relative to the folder that was read, `to` as written when it is a package. */
export interface ModuleImport {
  from: string
  to: string
}

/** Every import, re-export and `import()` (type-only ones too) of the TypeScript files below a folder. */
export async function readImports(folder: URL): Promise<{ files: string[]; imports: ModuleImport[] }> {
  const names = await readdir(folder, { recursive: true })
  const files = names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.replaceAll("\\", "/"))
    .sort()
  const imports = await Promise.all(
    files.map(async (from) => {
      const specifiers = findSpecifiers(await readFile(new URL(from, folder), "utf8"))
      return specifiers.map((specifier) => ({ from, to: resolve(from, specifier) }))
    }),
  )
  return { files, imports: imports.flat() }
}

/** The module specifiers of a source text, outside its comments and the programs that it has as template literals. */
export function findSpecifiers(source: string): string[] {
  const code = source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/`import\b(?:[^`\\]|\\[\s\S])*`/g, "``")
  const statements = code.matchAll(/^\s*(?:import|export)\b(?:[^"'`;()=]*?\bfrom)?\s*["']([^"']+)["']/gm)
  const calls = code.matchAll(/\b(?:import|require\d*)\s*\(\s*["']([^"']+)["']/g)
  return [...statements, ...calls].map(([, specifier = ""]) => specifier)
}

function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, ".ts")
}
