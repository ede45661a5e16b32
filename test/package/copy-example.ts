import { execFile } from "node:child_process"
import { cp, readFile, writeFile } from "node:fs/promises"
import { basename, join } from "node:path"
import { promisify } from "node:util"
import { pack, userEnvironment } from "./scratch-project.js"

const run = promisify(execFile)

/** What a developer who ran the example leaves in its folder. */
const leftOvers = /^(node_modules|\.env|.*\.db.*)$/

/**
 * Copies an example with a package.json of its own, with our tarball in place of the registry's package, and writes its
 * lock file: the folder that Docker builds from.
 *
 * @param example the example's folder
 * @param base where the copy goes, in `context/app`
 * @param devDependencies further packages of its package.json
 */
export async function copyExample(
  example: string,
  base: string,
  devDependencies: Record<string, string> = {},
): Promise<string> {
  const context = join(base, "context", "app")
  const filter = (path: string) => !leftOvers.test(basename(path))
  await cp(example, context, { recursive: true, filter })
  const file = join(context, "package.json")
  const metadata = JSON.parse(await readFile(file, "utf8"))
  metadata.dependencies["express-authjs"] = `file:${await pack(base)}`
  metadata.devDependencies = { ...metadata.devDependencies, ...devDependencies }
  await writeFile(file, JSON.stringify(metadata))
  const args = ["install", "--package-lock-only", "--no-audit", "--no-fund"]
  await run("npm", args, { cwd: context, env: userEnvironment })
  return context
}
