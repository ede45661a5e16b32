import type { RawBuilder } from "kysely"
import { sql } from "./kysely.js"
import { placeholder } from "./placeholder.js"
import type { Change } from "./row-store.js"
import { columnName, type Dialect, type Table } from "./schema.js"

type Fragment = RawBuilder<unknown>

interface Insertion {
  readonly table: Table
  readonly fields: readonly string[]
  readonly change: Change
  readonly dialect: Dialect
}

/** Returns one statement that inserts a row, or changes the row with the same primary key. */
export function insertOr(insertion: Insertion): Fragment {
  const { table, fields, change, dialect } = insertion
  if (dialect === "mssql") return merge(insertion)
  const columns = sql.join(fields.map((field) => sql.ref(columnName(table, field))))
  const values = sql.join(fields.map((field) => placeholder(table, field)))
  const into = sql`into ${sql.table(table.name)}`
  if (dialect === "mysql") {
    const end = change === "keep" ? sql`` : sql` on duplicate key update ${changes(insertion)}`
    return sql`insert ${sql.raw(change === "keep" ? "ignore " : "")}${into} (${columns}) values (${values})${end}`
  }
  const keys = sql.join(table.shape.primaryKey.map((field) => sql.ref(columnName(table, field))))
  const action = change === "keep" ? sql`nothing` : sql`update set ${changes(insertion)}`
  return sql`insert ${into} as ${sql.id("r")} (${columns}) values (${values}) on conflict (${keys}) do ${action}`
}

/** The statement of SQL Server. Without the lock, two concurrent ones could both insert. */
function merge(insertion: Insertion): Fragment {
  const { table, fields, change } = insertion
  const names = fields.map((field) => columnName(table, field))
  const columns = sql.join(names.map((name) => sql.ref(name)))
  const values = sql.join(fields.map((field) => placeholder(table, field)))
  const given = sql.join(names.map((name) => sql.ref(`excluded.${name}`)))
  const keys = table.shape.primaryKey.map((field) => columnName(table, field))
  const same = keys.map((name) => sql`${sql.ref(`r.${name}`)} = ${sql.ref(`excluded.${name}`)}`)
  const matched = change === "keep" ? sql`` : sql` when matched then update set ${changes(insertion)}`
  return sql`merge into ${sql.table(table.name)} with (holdlock) as ${sql.id("r")} using (values (${values})) as ${sql.id("excluded")} (${columns}) on ${sql.join(same, sql` and `)}${matched} when not matched then insert (${columns}) values (${given});`
}

function changes({ table, fields, change, dialect }: Insertion): Fragment {
  const { greatest = [] } = change === "keep" ? {} : change
  const others = fields.filter((field) => !table.shape.primaryKey.includes(field))
  return sql.join(
    others.map((field) => {
      const name = columnName(table, field)
      const there = sql.ref(dialect === "mysql" ? name : `r.${name}`)
      const given = dialect === "mysql" ? sql`values(${sql.ref(name)})` : sql.ref(`excluded.${name}`)
      const value = greatest.includes(field)
        ? sql`case when ${given} > ${there} then ${given} else ${there} end`
        : given
      return sql`${sql.ref(name)} = ${value}`
    }),
  )
}
