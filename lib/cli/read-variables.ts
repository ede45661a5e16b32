import { resolve } from "node:path"
import { parseEnv } from "node:util"
import { CliError } from "./cli-error.js"
import { readProjectFile } from "./project-file.js"

/**
 * Returns the environment variables that the app would have: those of this process, then those of the file.
 *
 * @param file the file that the user names; by default `.env`, which may be missing
 * @throws {CliError} if the named file is missing
 */
export async function readVariables(file: string | undefined): Promise<NodeJS.ProcessEnv> {
  const path = resolve(file ?? ".env")
  const { text, stats } = await readProjectFile(path)
  if (!stats && file !== undefined) throw new CliError(`${path} does not exist.`)
  return { ...parseEnv(text), ...process.env }
}
