/**
 * Whether two functions have the same source. Core creates the functions anew for each provider, so they cannot be
 * compared by identity. Ignores what bundlers and loaders change: calls of imported functions, white space and
 * parentheses.
 */
export function isSameSource(one: unknown, other: unknown): boolean {
  return typeof one === "function" && typeof other === "function" && sourceOf(one) === sourceOf(other)
}

function sourceOf(code: unknown): string {
  return String(code)
    .replace(/\(0,\s*[\w$]+\.([\w$]+)\)/g, "$1")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/[\s;()]/g, "")
    .replace(/,(?=[}\]])/g, "")
}
