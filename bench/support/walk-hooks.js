import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { parse } from "acorn"
import { transform } from "esbuild"

// Loader hooks that run the sources in lib/ with a call of `enter(file)` at the start of every function.

const lib = new URL("../../lib/", import.meta.url).href

export function resolve(specifier, context, next) {
  const isSource = context.parentURL?.startsWith(lib) && specifier.startsWith(".")
  return next(isSource ? specifier.replace(/\.js$/, ".ts") : specifier, context)
}

export async function load(url, context, next) {
  if (!url.startsWith(lib) || !url.endsWith(".ts")) return next(url, context)
  const source = await readFile(fileURLToPath(url), "utf8")
  const { code } = await transform(source, { loader: "ts", target: "es2022" })
  return { format: "module", source: instrument(code, url.slice(lib.length)), shortCircuit: true }
}

function instrument(code, file) {
  const call = `enter(${JSON.stringify(file)})`
  const edits = bodiesIn(parse(code, { ecmaVersion: 2022, sourceType: "module" })).flatMap(
    ({ type, start, end }) =>
      type === "BlockStatement"
        ? [[start + 1, `${call};`]]
        : [
            [start, `(${call},`],
            [end, ")"],
          ],
  )
  // From the end, so that earlier positions stay right. Of edits at one position, the last found is innermost.
  return edits
    .toSorted(([a], [b]) => b - a)
    .reduce((text, [at, added]) => text.slice(0, at) + added + text.slice(at), code)
}

/** The bodies of all functions below a node; that of an arrow function may be an expression. */
function bodiesIn(node) {
  if (typeof node?.type !== "string") return Array.isArray(node) ? node.flatMap(bodiesIn) : []
  const own = /Function/.test(node.type) && node.body ? [node.body] : []
  return [...own, ...Object.values(node).flatMap(bodiesIn)]
}
