import { execFile } from "node:child_process"
import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build, type OutputFile } from "esbuild"

const source = fileURLToPath(new URL("../../lib/cli/index.ts", import.meta.url))
/** In the repository, so that the program finds its package. */
const bundles = fileURLToPath(new URL("../.cli/", import.meta.url))
let built: Promise<string> | undefined

/** What a finished command left behind. */
export interface CliResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line from its source in a folder, without a terminal and without variables of this process. */
export async function runCli(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CliResult> {
  const clean = { PATH: process.env.PATH, HOME: folder, ...env }
  built ??= bundle()
  const argv = [await built, ...args]
  return new Promise((resolve) => {
    const done = (error: Error | null, stdout: string, stderr: string) =>
      resolve({ code: codeOf(error), stdout, stderr })
    execFile(process.execPath, argv, { cwd: folder, env: clean, timeout: 60_000 }, done).stdin?.end()
  })
}

/** Bundles the sources, because compiling them in every process takes most of a second. Named by its content. */
async function bundle(): Promise<string> {
  const options = {
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    write: false,
  } as const
  // The modules in CommonJS call `require`, which ES modules lack.
  const js =
    'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url)'
  const { outputFiles } = await build({ ...options, entryPoints: [source], banner: { js } })
  const [{ hash, contents }] = outputFiles as [OutputFile]
  const path = join(bundles, `${hash.replaceAll("/", "_")}.mjs`)
  const temporary = `${path}.${process.pid}`
  await mkdir(bundles, { recursive: true })
  await writeFile(temporary, contents)
  await rename(temporary, path)
  return path
}

function codeOf(error: Error | null): number {
  if (!error) return 0
  return "code" in error && typeof error.code === "number" ? error.code : -1
}

/** Creates an empty folder outside the repository. `remove` deletes it. */
export async function createFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "express-authjs-cli-")))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
