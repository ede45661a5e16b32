import { type AnyKysely, kysely } from "./kysely.js"
import type { Dialect } from "./schema.js"

const prefixes = { sqlite: "Sqlite", postgres: "Postgres", mysql: "Mysql", mssql: "Mssql" } as const

/** Returns a Kysely instance that compiles SQL and never connects. */
export function createCompiler(dialect: Dialect): AnyKysely {
  const modules = kysely()
  const prefix = prefixes[dialect]
  return new modules.Kysely({
    dialect: {
      createAdapter: () => new modules[`${prefix}Adapter`](),
      createDriver: () => new modules.DummyDriver(),
      createIntrospector: (db) => new modules[`${prefix}Introspector`](db),
      createQueryCompiler: () => new modules[`${prefix}QueryCompiler`](),
    },
  })
}

/** Finds the dialect of a Kysely instance by class name, because it may come from another copy of Kysely. */
export function dialectOf(db: Pick<AnyKysely, "getExecutor">): Dialect | undefined {
  const name = db.getExecutor().adapter.constructor.name
  const dialects: readonly Dialect[] = ["sqlite", "postgres", "mysql", "mssql"]
  return dialects.find((dialect) => name.toLowerCase().includes(dialect))
}
