/**
 * Returns a `require` that resolves as this package does: its dependencies, its peers, and the package itself. It also
 * works where a bundler has moved this code into the app's own file, if the package is still installed beside it.
 *
 * @returns a `require` that resolves as the app does, if the package is not installed
 */
export function packageRequire(): NodeJS.Require {
  // Not imported: the line that apps put before a bundle of esbuild, so that it has `require`, declares the same name.
  const { createRequire } = process.getBuiltinModule("node:module")
  // A bundle in CommonJS has no `import.meta.url`, and a module has no `__filename`.
  const here = createRequire(import.meta.url ?? __filename)
  try {
    return createRequire(here.resolve("express-authjs/package.json"))
  } catch {
    return here
  }
}

/** Whether `require()` or `import()` failed because a package is not installed, rather than inside the package. */
export function isMissingPackage(error: unknown, name: string): boolean {
  if (!(error instanceof Error && "code" in error)) return false
  const isMissing = error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND"
  return isMissing && error.message.includes(`'${name}'`)
}
