import {
  type DatabaseAdapter,
  type Dialect,
  database,
  pending,
  migrate as run,
  sql,
} from "../database/index.js"
import { CliError, exitCodes, UsageError } from "./cli-error.js"
import { defineCommand } from "./command.js"
import { namesOption, toNames } from "./names-option.js"
import { readVariables } from "./read-variables.js"
import { isMissingFile } from "./sqlite-file.js"
import { print, succeed } from "./terminal.js"

/** `npx express-authjs migrate` */
export const migrate = defineCommand({
  usage: "[status|sql|apply] [options]",
  maxArguments: 1,
  options: {
    url: { type: "string", placeholder: "<url>", describe: "the database, instead of AUTH_DATABASE_URL" },
    "env-file": {
      type: "string",
      placeholder: "<path>",
      describe: "the file with the variables, instead of .env",
    },
    names: namesOption,
    dialect: {
      type: "string",
      placeholder: "<name>",
      describe: "for sql without a database: sqlite, postgres, mysql, mssql",
    },
  },
  details: `status  prints the statements that are missing in the database, and changes nothing. The exit code is 1 if there are
        any. This is the default.
sql     prints the statements for an empty database, without connecting to one.
apply   runs the missing statements. Nothing is ever dropped or rewritten, and it is safe to repeat.

Tables with names of your own, and columns beyond those of Auth.js, are known to your code only: call migrate() of
express-authjs/database there.`,
  async run({ dialect, ...options }, [action = "status"]) {
    if (!isAction(action))
      throw new UsageError(`Unknown action ${JSON.stringify(action)}; expected status, sql or apply.`)
    if (dialect === undefined) return actions[action](await readSource(options))
    if (action !== "sql")
      throw new UsageError("--dialect goes with sql only: status and apply need a database.")
    return printSql(toDialect(dialect), options.names)
  },
})

/** What to open. */
interface Source {
  readonly url: string
  readonly names: string | undefined
}

interface Options {
  readonly url?: string | undefined
  readonly names?: string | undefined
  readonly "env-file"?: string | undefined
}

async function readSource({ url, names, "env-file": envFile }: Options): Promise<Source> {
  const found = url ?? (await readVariables(envFile)).AUTH_DATABASE_URL
  if (found) return { url: found, names }
  throw new CliError("No database: set AUTH_DATABASE_URL, or pass --url sqlite:./auth.db.")
}

const actions = {
  status: showStatus,
  sql: (source: Source) => withDatabase(source, (adapter) => show(sql(adapter).trimEnd())),
  apply: (source: Source) =>
    withDatabase(source, async (adapter) => {
      const done = await run(adapter)
      if (done.length > 0) print(toScript(done))
      succeed(done.length === 0 ? "Nothing is missing." : `Ran ${done.length} statements.`)
      return exitCodes.done
    }),
}

function isAction(word: string): word is keyof typeof actions {
  return Object.hasOwn(actions, word)
}

async function showStatus(source: Source): Promise<number> {
  // In an empty database everything is missing. Opening the file would create it.
  if (isMissingFile(source.url)) return reportMissing(await inMemory(source))
  return withDatabase(source, async (adapter) => reportMissing(await pending(adapter)))
}

function inMemory({ names }: Source): Promise<string[]> {
  return withDatabase({ url: "sqlite::memory:", names }, pending)
}

function reportMissing(statements: readonly string[]): number {
  if (statements.length === 0) {
    succeed("Nothing is missing.")
    return exitCodes.done
  }
  print(toScript(statements))
  print(`-- ${statements.length} statements are missing: npx express-authjs migrate apply`)
  return exitCodes.failed
}

function toScript(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};`).join("\n\n")
}

async function withDatabase<Value>(
  { url, names }: Source,
  use: (adapter: DatabaseAdapter) => Promise<Value> | Value,
): Promise<Value> {
  const preset = toNames(names)
  const adapter = database(url, { purgeEvery: false, ...(preset && { names: preset }) })
  try {
    return await use(adapter)
  } finally {
    await adapter.close()
  }
}

const dialects: readonly string[] = ["sqlite", "postgres", "mysql", "mssql"] satisfies Dialect[]

function toDialect(word: string): Dialect {
  if (isDialect(word)) return word
  throw new UsageError(`--dialect is ${JSON.stringify(word)}; expected one of ${dialects.join(", ")}.`)
}

function isDialect(word: string): word is Dialect {
  return dialects.includes(word)
}

function printSql(dialect: Dialect, names: string | undefined): number {
  const preset = toNames(names)
  return show(sql(dialect, preset && { names: preset }).trimEnd())
}

function show(text: string): number {
  print(text)
  return exitCodes.done
}
