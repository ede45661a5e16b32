import { type DatabaseAdapter, database, type NamesPreset, pending } from "../../database/index.js"
import { isMissingFile } from "../sqlite-file.js"
import { askRedis } from "./ask-redis.js"
import { type Finding, ok, problem, reasonOf, warning } from "./finding.js"

/** Checks the database in AUTH_DATABASE_URL, if there is one: it responds, and nothing is left to migrate. */
export async function checkDatabase(
  url: string | undefined,
  names: NamesPreset | undefined,
): Promise<Finding[]> {
  if (!url) return []
  if (isMissingFile(url))
    return [
      problem("database", "The file of the database does not exist.", "npx express-authjs migrate apply"),
    ]
  let adapter: DatabaseAdapter | undefined
  try {
    adapter = database(url, { purgeEvery: false, ...(names && { names }) })
    const missing = await pending(adapter)
    if (missing.length === 0) return [ok("database", "The database responds, and its tables are complete.")]
    const text = `The database lacks tables, columns or indexes: ${missing.length} statements are to run.`
    return [problem("database", text, "npx express-authjs migrate apply")]
  } catch (error) {
    const fix =
      "Check AUTH_DATABASE_URL and that the database runs. With tables of other names, pass --names."
    return [problem("database", reasonOf(error), fix)]
  } finally {
    await adapter?.close()
  }
}

/** Checks the server in REDIS_URL, if there is one: it responds, and keeps what has not expired. */
export async function checkRedis(url: string | undefined): Promise<Finding[]> {
  if (!url) return []
  try {
    const policy = await askRedis(url)
    if (policy === undefined)
      return [
        warning("redis", "Redis responds, but does not tell its maxmemory-policy.", "It must be noeviction."),
      ]
    if (policy === "noeviction") return [ok("redis", "Redis responds, and evicts nothing.")]
    const text = `Redis evicts keys when it is full (${policy}): ended sessions would work again.`
    return [problem("redis", text, "Set maxmemory-policy noeviction.")]
  } catch (error) {
    return [problem("redis", reasonOf(error), "Check REDIS_URL and that Redis runs.")]
  }
}
