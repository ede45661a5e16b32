import { createRequire } from "node:module"
import { join } from "node:path"
import { packageRequire } from "../../config/package-require.js"
import { type Finding, ok, problem, warning } from "./finding.js"

/** Checks Node and the installed packages. */
export function checkMachine(folder: string): Finding[] {
  return [checkNode(process.versions.node), checkPackage(), checkExpress(folder)]
}

/** Checks a version of Node against `engines` of our package.json: `^20.19.0 || >=22.12.0`. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
  if (isSupported) return ok("node", `Node ${version}`)
  return problem(
    "node",
    `Node ${version} is not supported.`,
    "Install Node 20.19 or later in series 20, or 22.12 and later.",
  )
}

function checkPackage(): Finding {
  const { version }: { version: string } = packageRequire()("express-authjs/package.json")
  return ok("package", `express-authjs ${version}`)
}

function checkExpress(folder: string): Finding {
  try {
    const { version }: { version: string } = createRequire(join(folder, "app.js"))("express/package.json")
    const [major = 0, minor = 0] = version.split(".").map(Number)
    if (major > 4 || (major === 4 && minor >= 21)) return ok("express", `Express ${version}`)
    return problem("express", `Express ${version} is not supported.`, "npm install express@latest")
  } catch {
    return warning(
      "express",
      "Express is not installed in this folder.",
      "Run this in the folder of the app, or npm install express.",
    )
  }
}
