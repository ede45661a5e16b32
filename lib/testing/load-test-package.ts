import { isMissingPackage } from "../config/package-require.js"
import { testingError } from "./testing-error.js"

/**
 * Imports an optional package for the test kit.
 *
 * @param load imports it; a literal `import()`, so that bundlers and type-checkers see it
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING` with the command that installs what the caller needs
 */
export async function loadTestPackage<Module>(
  load: () => Promise<Module>,
  { user, name, needs = [name] }: TestPackage,
): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    if (!isMissingPackage(cause, name)) throw cause
    const command = `npm install --save-dev ${needs.join(" ")}`
    throw testingError(`${user} needs the package ${name}, which is not installed: ${command}`, cause)
  }
}

interface TestPackage {
  /** The function that needs it, e.g. `signedIn()`. */
  readonly user: string
  readonly name: string
  /** Every package that the function needs. @default the package itself */
  readonly needs?: readonly string[]
}
