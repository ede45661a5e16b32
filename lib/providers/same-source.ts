/**
 * Whether two functions have the same source. Core makes the functions of a provider anew with each provider, so they
 * cannot be compared by identity. Loaders that make CommonJS of modules rewrite calls of imported functions, and all of
 * them change white space and needless parentheses; these differences do not count.
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
