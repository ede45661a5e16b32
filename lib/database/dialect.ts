import {
  DummyDriver,
  Kysely,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely"

/** The families of SQL spoken here. MariaDB counts as `mysql`. */
export type Dialect = "sqlite" | "postgres" | "mysql" | "mssql"

export type Row = Record<string, unknown>
export type AnyKysely = Kysely<Record<string, Row>>

const parts = {
  sqlite: [SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler],
  postgres: [PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler],
  mysql: [MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler],
  mssql: [MssqlAdapter, MssqlIntrospector, MssqlQueryCompiler],
} as const

/** Writes SQL and never connects: statements are compiled with it before there is a connection. */
export function createCompiler(dialect: Dialect): AnyKysely {
  const [Adapter, Introspector, QueryCompiler] = parts[dialect]
  return new Kysely({
    dialect: {
      createAdapter: () => new Adapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new Introspector(db),
      createQueryCompiler: () => new QueryCompiler(),
    },
  })
}

/** What a ready Kysely instance speaks; by name, since it may come from another copy of Kysely. */
export function dialectOf(db: Pick<AnyKysely, "getExecutor">): Dialect | undefined {
  const name = db.getExecutor().adapter.constructor.name
  const dialects: readonly Dialect[] = ["sqlite", "postgres", "mysql", "mssql"]
  return dialects.find((dialect) => name.toLowerCase().includes(dialect))
}
