import { causeOf } from "./cause-of.js"

/** What puts an error right that comes from outside, with the command to run. */
export interface Hint {
  readonly code: "missing-package" | "missing-table"
  readonly message: string
}

/** Errors that may stand between the one that was logged and the one that says what is missing. */
const depth = 5

/** Looks through an error and its causes for a package that is not installed, or a table that was never made. */
export function findHint(error: unknown): Hint | undefined {
  for (let current = error, level = 0; current instanceof Error && level < depth; level++) {
    const hint = hintOfPackage(current) ?? hintOfTable(current)
    if (hint) return hint
    current = causeOf(current)
  }
  return undefined
}

/** As Node says it of `import` and of `require()`. A path means that a file of the app's own is missing. */
function hintOfPackage(error: Error): Hint | undefined {
  const code = "code" in error ? error.code : undefined
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return
  const [, name] =
    /Cannot find (?:package|module) '((?:@[\w.-]+\/)?[\w-][\w.-]*)(?:\/[^']*)?'/.exec(error.message) ?? []
  if (name === undefined) return
  return { code: "missing-package", message: `The package ${name} is not installed: npm install ${name}` }
}

/** What PostgreSQL, MySQL and SQL Server, and Prisma, number their errors for tables and columns that are not there. */
const missing: ReadonlySet<unknown> = new Set([
  ...["42P01", "42703"],
  ...["ER_NO_SUCH_TABLE", "ER_BAD_FIELD_ERROR"],
  ...[208, 207],
  ...["P2021", "P2022"],
])

const migrating =
  'import { database, migrate } from "express-authjs/database"; const db = database(); await migrate(db); await db.close()'

function hintOfTable(error: Error): Hint | undefined {
  const { code, number } = error as { code?: unknown; number?: unknown }
  const isMissing =
    missing.has(code) ||
    missing.has(number) ||
    /^(?:SqliteError: )?no such (?:table|column)\b/.test(error.message)
  if (!isMissing) return
  const message =
    "The database lacks a table or a column. For database() of express-authjs/database run, with AUTH_DATABASE_URL set: " +
    `node --input-type=module -e '${migrating}'. Other adapters say on their page how their tables are made: ` +
    "https://authjs.dev/getting-started/database."
  return { code: "missing-table", message }
}
