import { spawnSync } from "node:child_process"
import { CliError } from "./cli-error.js"

/**
 * Installs the packages of a new app, with the package manager that runs this command, else npm.
 *
 * @throws {CliError} if that fails
 */
export function installPackages(folder: string): void {
  const { npm_execpath: script = "", npm_config_user_agent: agent = "" } = process.env
  const name = /^(?:npm|pnpm|yarn)\b/.exec(agent)?.[0] ?? "npm"
  const isScript = /\.c?js$/.test(script)
  // On Windows `npm` is a batch file, which needs a shell. The arguments are constant.
  const [program, ...args] = isScript ? [process.execPath, script, "install"] : [name, "install"]
  const shell = !isScript && process.platform === "win32"
  const { status } = spawnSync(program, args, { cwd: folder, stdio: "inherit", shell })
  if (status !== 0)
    throw new CliError(`\`${name} install\` failed. Run it again in ${folder}; the files are complete.`)
}
