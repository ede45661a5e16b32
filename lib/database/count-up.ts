import type { RawBuilder } from "kysely"
import { sql } from "./kysely.js"
import { place } from "./placeholder.js"
import { columnName, type Dialect, type Table } from "./schema.js"

type Fragment = RawBuilder<unknown>

/**
 * One statement that inserts a row with the count 1; or counts one more in the row that is there, where it is below the
 * limit; or begins it again, where it has expired. Else it changes nothing.
 *
 * MySQL cannot make that a condition, and says the same of a row that is new and of one that did not change. There a
 * refusal is told by an id of an inserted row, of which there is none otherwise.
 *
 * Its places are, beside the row's key: `limit`, `now` and `expires`, the end of a window that begins now.
 */
export function countUp(table: Table, dialect: Dialect): Fragment {
  const name = (field: string) => columnName(table, field)
  const columns = sql.join(["key", "count", "expires"].map((field) => sql.ref(name(field))))
  const values = sql`${place(table, "key")}, 1, ${place(table, "expires")}`
  const into = sql.table(table.name)
  if (dialect === "mysql")
    return sql`insert into ${into} (${columns}) values (${values}) on duplicate key update ${countOrSay(table)}`
  const { hasExpired, isBelow, next } = conditions(table)
  const changes = sql`${sql.ref(name("count"))} = case when ${hasExpired} then 1 else ${next} end, ${sql.ref(name("expires"))} = case when ${hasExpired} then ${sql.ref(`excluded.${name("expires")}`)} else ${sql.ref(`r.${name("expires")}`)} end`
  if (dialect !== "mssql")
    return sql`insert into ${into} as ${sql.id("r")} (${columns}) values (${values}) on conflict (${sql.ref(name("key"))}) do update set ${changes} where ${hasExpired} or ${isBelow}`
  const given = sql.join(["key", "count", "expires"].map((field) => sql.ref(`excluded.${name(field)}`)))
  const same = sql`${sql.ref(`r.${name("key")}`)} = ${sql.ref(`excluded.${name("key")}`)}`
  return sql`merge into ${into} with (holdlock) as ${sql.id("r")} using (values (${values})) as ${sql.id("excluded")} (${columns}) on ${same} when matched and (${hasExpired} or ${isBelow}) then update set ${changes} when not matched then insert (${columns}) values (${given});`
}

function conditions(table: Table, source = "r.") {
  const count = sql.ref(`${source}${columnName(table, "count")}`)
  return {
    hasExpired: sql`${sql.ref(`${source}${columnName(table, "expires")}`)} <= ${place(table, "expires", "now")}`,
    isBelow: sql`${count} < ${place(table, "count", "limit")}`,
    next: sql`${count} + 1`,
  }
}

/** From left to right: the time is changed last, since the count depends on it. */
function countOrSay(table: Table): Fragment {
  const { hasExpired, isBelow, next } = conditions(table, "")
  const [count, expires] = [sql.ref(columnName(table, "count")), sql.ref(columnName(table, "expires"))]
  const counted = sql`case when ${hasExpired} then 1 when ${isBelow} then ${next} else ${count} + 0 * last_insert_id(1) end`
  return sql`${count} = ${counted}, ${expires} = case when ${hasExpired} then values(${expires}) else ${expires} end`
}

/** One less, where there are several. */
export function countDown(table: Table): Fragment {
  const { count, key } = columnsOf(table)
  return sql`update ${sql.table(table.name)} set ${count} = ${count} - 1 where ${key} and ${count} > 1`
}

/** Deletes the row of the last one: no row says the same as one that counts none. */
export function countLast(table: Table): Fragment {
  const { count, key } = columnsOf(table)
  return sql`delete from ${sql.table(table.name)} where ${key} and ${count} <= 1`
}

function columnsOf(table: Table) {
  const count = sql.ref(columnName(table, "count"))
  return { count, key: sql`${sql.ref(columnName(table, "key"))} = ${place(table, "key")}` }
}
