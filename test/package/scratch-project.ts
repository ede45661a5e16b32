import { execFile, spawn } from "node:child_process"
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const run = promisify(execFile)
const root = fileURLToPath(new URL("../../", import.meta.url))
const fixtures = fileURLToPath(new URL("fixtures", import.meta.url))

/** A user's environment, without the variables of our test run and npm. */
export const userEnvironment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|AUTH_|NODE_|INIT_CWD$|FORCE_COLOR$)/.test(name)),
)

export interface Output {
  stdout: string
  stderr: string
}

/** Packs the package as `npm publish` would, and returns the tarball's path. */
export async function pack(folder: string): Promise<string> {
  const { stdout } = await run("npm", ["pack", "--pack-destination", folder], {
    cwd: root,
    env: userEnvironment,
  })
  return join(folder, stdout.trim().split("\n").at(-1) ?? "")
}

/** The paths in a tarball, without the folder that npm puts around them. */
export async function listTarball(tarball: string): Promise<string[]> {
  const { stdout } = await run("tar", ["-tzf", tarball], { maxBuffer: 1e8 })
  return stdout
    .trim()
    .split("\n")
    .map((path) => path.replace(/^package\//, ""))
}

export function createTemporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "express-authjs-package-"))
}

/** An app's project, into which the tarball is installed. */
export class ScratchProject {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  static async create(dependencies: Record<string, string>): Promise<ScratchProject> {
    const folder = await createTemporaryFolder()
    await cp(fixtures, folder, { recursive: true })
    await cp(join(fixtures, "user.mts"), join(folder, "user.ts"))
    const packageJson = { name: "scratch", private: true, dependencies }
    await writeFile(join(folder, "package.json"), JSON.stringify(packageJson))
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], {
      cwd: folder,
      env: userEnvironment,
    })
    return new ScratchProject(folder)
  }

  write(file: string, text: string): Promise<void> {
    return writeFile(join(this.folder, file), text)
  }

  node(file: string, args: readonly string[] = []): Promise<Output> {
    return node(this.folder, file, args)
  }

  /** The compiler's diagnostics. */
  async compile(): Promise<string> {
    const tsc = join(this.folder, "node_modules/.bin/tsc")
    return run(tsc, ["-p", "."], { cwd: this.folder, env: userEnvironment }).then(
      () => "",
      (error: Output) => error.stdout + error.stderr,
    )
  }

  /** Starts a program of the project; see `serve`. */
  serve(file: string): Promise<Server> {
    return serve(this.folder, file)
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}

/** Runs a program in a folder. */
export function node(cwd: string, file: string, args: readonly string[] = []): Promise<Output> {
  return run(process.execPath, [file, ...args], { cwd, env: userEnvironment, maxBuffer: 1e8 })
}

/** A program that serves an app. `stop` ends it. */
export interface Server {
  url: string
  stop: () => void
}

/** Starts a program that prints its port, in a folder. */
export async function serve(folder: string, file: string): Promise<Server> {
  const program = spawn(process.execPath, [file], {
    cwd: folder,
    env: userEnvironment,
    stdio: ["ignore", "pipe", "inherit"],
  })
  const port = await new Promise<string>((resolve, reject) => {
    program.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()))
    program.once("exit", (code) => reject(new Error(`${file} ended with ${code}`)))
  })
  return { url: `http://localhost:${port}`, stop: () => program.kill() }
}
