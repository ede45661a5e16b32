import { execute } from "./client.js"
import { encode } from "./column-values.js"
import { type AnyKysely, sql } from "./kysely.js"
import { type Migration, toText } from "./migrate.js"
import { invalid } from "./names.js"
import { type Plan, plan, planAll } from "./plan.js"
import type { Schema } from "./schema.js"
import type { Store } from "./store.js"
import { withLock } from "./with-lock.js"

/** The newest version of the schema, recorded for later versions that may have to change data once. */
const version = 5

/** Creates the tables of a SQL database. */
export function sqlMigration(store: Store): Migration {
  const { client, schema } = store
  const pending = () => planFor(client.migrating, schema)
  return {
    pending,
    text: () => toText(planAll(schema)),
    run: async () => {
      if ((await pending()).length === 0) return []
      return withLock(client, async (connection) => {
        const statements = await planFor(connection, schema)
        for (const statement of statements) await execute(connection, statement)
        await recordVersion(connection, schema)
        store.forgetExtras()
        return statements
      })
    },
  }
}

async function planFor(db: AnyKysely, schema: Schema): Promise<string[]> {
  const { statements, problems }: Plan = await plan(db, schema)
  if (problems.length === 0) return [...statements]
  throw invalid(
    `The tables do not fit:\n${problems.map((problem) => `- ${problem}`).join("\n")}\n` +
      "Change them, or name tables of their own for express-authjs with the option `names`.",
  )
}

async function recordVersion(db: AnyKysely, { dialect, migrations }: Schema): Promise<void> {
  const table = sql.table(migrations)
  const known = await sql`select version from ${table} where version = ${version}`.execute(db)
  if (known.rows.length > 0) return
  const now = encode(new Date(), { kind: "date" }, dialect)
  await sql`insert into ${table} (version, applied_at) values (${version}, ${now})`.execute(db)
}
