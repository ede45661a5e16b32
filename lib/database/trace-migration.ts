import { traceStep } from "../diagnostics/trace-step.js"
import type { Migration } from "./migrate.js"

/** Returns the migration, which publishes each of its runs. */
export function traceMigration(migration: Migration): Migration {
  const describe = ({ length }: string[]) =>
    ({ outcome: length > 0 ? "migrated" : "unchanged", statements: length }) as const
  return {
    ...migration,
    run: () => traceStep("migration", () => ({}), { run: () => migration.run(), describe }),
  }
}
