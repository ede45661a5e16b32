import { randomBytes } from "node:crypto"
import { basename, dirname, resolve } from "node:path"
import { parseEnv } from "node:util"
import { CliError, exitCodes, UsageError } from "./cli-error.js"
import { defineCommand } from "./command.js"
import { gitState } from "./git-state.js"
import { ownerOnly, type ProjectFile, readProjectFile, writeProjectFile } from "./project-file.js"
import { setVariables, type Variables } from "./set-variables.js"
import { caution, print, succeed } from "./terminal.js"

/** `npx express-authjs secret` */
export const secret = defineCommand({
  usage: "[options]",
  options: {
    rotate: { type: "boolean", describe: "put a new secret before those in the file, which remain accepted" },
    print: { type: "boolean", describe: "print a new secret, and write nothing" },
    file: { type: "string", placeholder: "<path>", describe: "the file to write, instead of .env" },
  },
  details: `Without options, adds AUTH_SECRET to .env, which only you can read then. A secret that is there is kept.
--rotate puts the new secret into AUTH_SECRET_1, and moves the others: at most four are kept.

Refuses a symbolic link, and a file that git tracks. The secret is shown by --print only.`,
  async run({ rotate = false, print: onlyPrint = false, file }) {
    if (onlyPrint && (rotate || file !== undefined))
      throw new UsageError("--print writes nothing: it goes with no other option.")
    if (onlyPrint) print(createSecret())
    else await writeSecret(resolve(file ?? ".env"), rotate)
    return exitCodes.done
  },
})

/** Returns a random secret of 44 characters. */
export function createSecret(): string {
  return randomBytes(33).toString("base64url")
}

async function writeSecret(path: string, rotate: boolean): Promise<void> {
  refuseTracked(path)
  const file = await readProjectFile(path)
  const before = parseEnv(file.text)
  const [newest] = secretsIn(before)
  if (newest !== undefined && !rotate) return keep(file, newest)
  const variables = rotate ? rotated(before) : { AUTH_SECRET: createSecret() }
  await writeProjectFile(file, setVariables(file.text, variables, { path }), ownerOnly)
  report(path, variables, secretsIn(before).length)
}

/**
 * Refuses a file that the repository contains, because its next commit would publish the secret.
 *
 * @throws {CliError}
 */
export function refuseTracked(path: string): void {
  if (gitState(path) !== "tracked") return
  const name = basename(path)
  throw new CliError(
    `${name} is tracked by git: the next commit would contain the secret. Run \`git rm --cached ${name}\`, add ` +
      `${name} to .gitignore, and replace the secrets that were committed.`,
  )
}

/** Newest first, as the configuration reads them. */
const names = ["AUTH_SECRET_1", "AUTH_SECRET_2", "AUTH_SECRET_3", "AUTH_SECRET"] as const

function secretsIn(values: NodeJS.Dict<string>): string[] {
  return names.flatMap((name) => values[name] || [])
}

/** The oldest stays in AUTH_SECRET, so that AUTH_SECRET is always set. */
function rotated(before: NodeJS.Dict<string>): Variables {
  const all = [createSecret(), ...secretsIn(before)].slice(0, names.length)
  const oldest = all.pop() ?? ""
  return {
    ...Object.fromEntries(all.map((value, index) => [`AUTH_SECRET_${index + 1}`, value])),
    AUTH_SECRET: oldest,
  }
}

function keep({ path, stats }: ProjectFile, newest: string): void {
  succeed(`${basename(path)} has a secret, which is kept. To replace it: --rotate`)
  if (newest.length < 32)
    caution(`It has ${newest.length} characters, and production requires 32: use --rotate.`)
  if (process.platform !== "win32" && stats && (stats.mode & 0o077) !== 0)
    caution(`Other users of this machine can read it: chmod 600 ${basename(path)}`)
  warnOfGit(path)
}

function report(path: string, variables: Variables, former: number): void {
  const [first] = Object.keys(variables)
  succeed(`A new secret is in ${basename(path)}, as ${first}. Restart the app to use it.`)
  if (former > 0) print("  Sessions of the former secrets remain valid, and are renewed with the new one.")
  if (former === names.length)
    caution("The oldest of the secrets was removed: what it encrypted is no longer accepted.")
  warnOfGit(path)
}

/** Warns if the next `git add` would publish the file. */
export function warnOfGit(path: string): void {
  if (gitState(path) !== "exposed") return
  caution(`Git does not ignore ${basename(path)} in ${dirname(path)}: add it to .gitignore.`)
}
