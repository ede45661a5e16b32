import { causeOf } from "./cause-of.js"

/** How to fix an error in the app's environment. */
export interface Hint {
  /** The code of the warning. */
  readonly code: "missing-package" | "missing-table"
  /** The cause and the command to run. */
  readonly message: string
}

/** The number of causes to search. */
const depth = 5

/** Searches an error and its causes for a missing package or a missing table, and returns how to add it. */
export function findHint(error: unknown): Hint | undefined {
  for (let current = error, level = 0; current instanceof Error && level < depth; level++) {
    const hint = hintOfPackage(current) ?? hintOfTable(current)
    if (hint) return hint
    current = causeOf(current)
  }
  return undefined
}

/** Matches the messages of `import` and `require()`. If they name a path, a file of the app is missing: no hint. */
function hintOfPackage(error: Error): Hint | undefined {
  const code = "code" in error ? error.code : undefined
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return
  const [, name] =
    /Cannot find (?:package|module) '((?:@[\w.-]+\/)?[\w-][\w.-]*)(?:\/[^']*)?'/.exec(error.message) ?? []
  if (name === undefined) return
  return { code: "missing-package", message: `The package ${name} is not installed: npm install ${name}` }
}

/** Error codes of PostgreSQL, MySQL, SQL Server and Prisma for missing tables and columns. */
const missing: ReadonlySet<unknown> = new Set([
  ...["42P01", "42703"],
  ...["ER_NO_SUCH_TABLE", "ER_BAD_FIELD_ERROR"],
  ...[208, 207],
  ...["P2021", "P2022"],
])

function hintOfTable(error: Error): Hint | undefined {
  const { code, number } = error as { code?: unknown; number?: unknown }
  const isMissing =
    missing.has(code) ||
    missing.has(number) ||
    /^(?:SqliteError: )?no such (?:table|column)\b/.test(error.message)
  if (!isMissing) return
  const message =
    "The database lacks a table or a column. For database() of express-authjs/database run, with AUTH_DATABASE_URL set: " +
    "npx express-authjs migrate apply. For other adapters see their page: https://authjs.dev/getting-started/database."
  return { code: "missing-table", message }
}
