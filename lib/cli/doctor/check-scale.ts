import { relative } from "node:path"
import { CliError } from "../cli-error.js"
import { appLine, findFile } from "../find-entry.js"
import type { ProjectFile } from "../project-file.js"
import { type Finding, ok, printable, problem, warning } from "./finding.js"

/** Checks what only matters on servers: what several processes share, and whose address the app sees. */
export async function checkScale(folder: string, variables: NodeJS.ProcessEnv): Promise<Finding[]> {
  if (variables.NODE_ENV !== "production") return []
  return [checkShared(variables), await checkClientAddress(folder)]
}

function checkShared(variables: NodeJS.ProcessEnv): Finding {
  const set = ["AUTH_DATABASE_URL", "REDIS_URL"].filter((name) => variables[name])
  if (set.length > 0)
    return ok(
      "shared",
      `${set.join(" and ")}: processes share limits, locks and revocations if the adapter uses it.`,
    )
  return warning(
    "shared",
    "Neither AUTH_DATABASE_URL nor REDIS_URL is set: each process has its own limits, locks and revocations.",
    "Nothing to do for a single process. For several, use the adapter of express-authjs/database or /redis.",
  )
}

/** Reads the file that creates the app; executes nothing. */
async function checkClientAddress(folder: string): Promise<Finding> {
  const file = await find(folder, /["']trust proxy["']/)
  if (!file) return withoutTrust(folder)
  const name = printable(relative(folder, file.path))
  if (/["']trust proxy["'],\s*true\b/.test(file.text))
    return problem(
      "client-address",
      `${name} trusts every proxy: each client can claim any address, and no limit holds.`,
      'Name your proxy: app.set("trust proxy", "loopback")',
    )
  return ok("client-address", `${name} sets \`trust proxy\`.`)
}

async function withoutTrust(folder: string): Promise<Finding> {
  const app = await find(folder, appLine)
  const where = app ? printable(relative(folder, app.path)) : "The app's file"
  return warning(
    "client-address",
    `${where} does not set \`trust proxy\`: behind a proxy, all visitors have its address and share one limit.`,
    'Behind a proxy on this machine: app.set("trust proxy", "loopback"). Without a proxy there is nothing to do.',
  )
}

/** A package.json that cannot be read names no files. */
function find(folder: string, pattern: RegExp): Promise<ProjectFile | undefined> {
  return findFile(folder, { pattern, given: undefined }).catch((error) => {
    if (error instanceof CliError) return undefined
    throw error
  })
}
