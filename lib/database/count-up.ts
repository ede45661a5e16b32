import type { RawBuilder } from "kysely"
import { sql } from "./kysely.js"
import { placeholder } from "./placeholder.js"
import { columnName, type Dialect, type Table } from "./schema.js"

type Fragment = RawBuilder<unknown>

/**
 * Returns one statement that inserts a row with the count 1, increments the existing row if its count is below the
 * limit, or restarts the row if it has expired. Otherwise it changes nothing.
 *
 * MySQL has no condition for this and reports the same for a new row as for an unchanged one. There, a refused
 * increment sets the id of the last insert, which is not set otherwise.
 *
 * Its parameters are the row's key, `limit`, `now`, and `expires`: the end of a window that starts now.
 */
export function countUp(table: Table, dialect: Dialect): Fragment {
  const name = (field: string) => columnName(table, field)
  const columns = sql.join(["key", "count", "expires"].map((field) => sql.ref(name(field))))
  const values = sql`${placeholder(table, "key")}, 1, ${placeholder(table, "expires")}`
  const into = sql.table(table.name)
  if (dialect === "mysql")
    return sql`insert into ${into} (${columns}) values (${values}) on duplicate key update ${incrementOrReport(table)}`
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
    hasExpired: sql`${sql.ref(`${source}${columnName(table, "expires")}`)} <= ${placeholder(table, "expires", "now")}`,
    isBelow: sql`${count} < ${placeholder(table, "count", "limit")}`,
    next: sql`${count} + 1`,
  }
}

/** MySQL assigns from left to right, and the count depends on the time, so the time comes last. */
function incrementOrReport(table: Table): Fragment {
  const { hasExpired, isBelow, next } = conditions(table, "")
  const [count, expires] = [sql.ref(columnName(table, "count")), sql.ref(columnName(table, "expires"))]
  const counted = sql`case when ${hasExpired} then 1 when ${isBelow} then ${next} else ${count} + 0 * last_insert_id(1) end`
  return sql`${count} = ${counted}, ${expires} = case when ${hasExpired} then values(${expires}) else ${expires} end`
}

/** Returns a statement that decrements a count above 1. */
export function countDown(table: Table): Fragment {
  const { count, key } = columnsOf(table)
  return sql`update ${sql.table(table.name)} set ${count} = ${count} - 1 where ${key} and ${count} > 1`
}

/** Returns a statement that deletes a count of 1, because a missing row means zero. */
export function countLast(table: Table): Fragment {
  const { count, key } = columnsOf(table)
  return sql`delete from ${sql.table(table.name)} where ${key} and ${count} <= 1`
}

function columnsOf(table: Table) {
  const count = sql.ref(columnName(table, "count"))
  return { count, key: sql`${sql.ref(columnName(table, "key"))} = ${placeholder(table, "key")}` }
}
