import { createRequire } from "node:module"
import { invalid } from "./names.js"

const require = createRequire(import.meta.url)

/**
 * Loads a driver that the app has installed.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, naming the package to install
 */
export function loadDriver<Driver>(name: string, url: string): Driver {
  try {
    return require(name) as Driver
  } catch (error) {
    if (!isMissing(error, name)) throw error
    const scheme = url.slice(0, url.indexOf(":"))
    throw invalid(
      `A database of "${scheme}:" needs the package ${name}, which is not installed: npm install ${name}`,
    )
  }
}

function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "MODULE_NOT_FOUND" &&
    error.message.includes(`'${name}'`)
  )
}
