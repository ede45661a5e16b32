import type { RawBuilder } from "kysely"
import { createCompiler } from "./compiler.js"
import { countDown, countLast, countUp } from "./count-up.js"
import { insertOr } from "./insert-or.js"
import { type AnyKysely, sql } from "./kysely.js"
import { type Input, placeholder } from "./placeholder.js"
import { removeExpired } from "./remove-expired.js"
import type { Change } from "./row-store.js"
import {
  columnName,
  columnOf,
  type Dialect,
  type ExpiringKey,
  type Kind,
  type Schema,
  type Table,
  type TableKey,
} from "./schema.js"
import { selectLast } from "./select-last.js"

/** A compiled statement. */
export interface Statement {
  /** Its SQL. */
  readonly sql: string
  /** Its parameters, in order. */
  readonly inputs: readonly Input[]
  /** The columns of its result. */
  readonly outputs: readonly Output[]
  /** The columns of the user, if it reads two tables. */
  readonly userOutputs: readonly Output[] | undefined
}

/** A column of a result. */
export interface Output {
  /** Its name in the result. */
  readonly alias: string
  /** The field that it contains. */
  readonly field: string
  /** How its value is decoded. */
  readonly kind: Kind
}

type Fragment = RawBuilder<unknown>
type Writing = [Fragment, outputs: readonly Output[], userOutputs?: readonly Output[]]

/** Compiles the statements of a schema, each on its first use. */
export class Statements {
  readonly #schema: Schema
  readonly #compiler: AnyKysely
  readonly #known = new Map<string, Statement>()

  constructor(schema: Schema) {
    this.#schema = schema
    this.#compiler = createCompiler(schema.dialect)
  }

  /** Inserts a row, and returns its id if the database generates it. */
  insert(key: TableKey, fields: readonly string[]): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`insert ${key} ${fields}`, () => {
      const columns = fields.map((field) => sql.ref(columnName(table, field)))
      const values = fields.map((field) => placeholder(table, field))
      const made = table.makesIds ? readOutputs(table, ["id"]) : []
      const { output, returning } = this.#returned(table, made, "inserted")
      return [
        sql`insert into ${sql.table(table.name)} (${sql.join(columns)})${output} values (${sql.join(values)})${returning}`,
        made,
      ]
    })
  }

  /** @param extras optional columns to read as well */
  select(key: TableKey, by: readonly string[], extras: readonly string[] = []): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`select ${key} ${by} and ${extras}`, () => {
      const outputs = [...readOutputs(table), ...readOutputs(table, extras)]
      return [
        sql`select ${this.#list(table, outputs)} from ${sql.table(table.name)} where ${matches(table, by)}`,
        outputs,
      ]
    })
  }

  /** See {@link selectLast}. */
  selectLast(key: TableKey, by: readonly string[], page: { isContinued: boolean; limit: number }): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`select last ${JSON.stringify(page)} of ${key} ${by}`, () => {
      const outputs = readOutputs(table)
      const conditions = by.length > 0 ? matches(table, by) : undefined
      const { dialect } = this.#schema
      return [selectLast({ table, dialect, columns: this.#list(table, outputs), conditions }, page), outputs]
    })
  }

  /** Selects a row together with the user it belongs to. */
  selectWithUser(
    key: "accounts" | "sessions",
    by: readonly string[],
    extras: readonly string[] = [],
  ): Statement {
    const { users, [key]: table } = this.#schema.tables
    return this.#once(`user of ${key} ${by} and ${extras}`, () => {
      const ofUser = readOutputs(users, undefined, "user_")
      const ofRow = [...readOutputs(table, undefined, "row_"), ...readOutputs(table, extras, "row_")]
      const lists = sql`${this.#list(users, ofUser, "u")}, ${this.#list(table, ofRow, "r")}`
      const joined = sql`${sql.ref(`r.${columnName(table, "userId")}`)} = ${sql.ref(`u.${columnName(users, "id")}`)}`
      const from = sql`${sql.table(table.name)} as ${sql.id("r")} inner join ${sql.table(users.name)} as ${sql.id("u")} on ${joined}`
      return [sql`select ${lists} from ${from} where ${matches(table, by, "r")}`, ofRow, ofUser]
    })
  }

  /** Selects rows in which a field has one of `count` values. */
  selectIn(key: TableKey, field: string, count: number): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`select ${key} ${field} in ${count}`, () => {
      const outputs = readOutputs(table)
      const places = sql.join(Array.from({ length: count }, () => placeholder(table, field)))
      const column = sql.ref(columnName(table, field))
      return [
        sql`select ${this.#list(table, outputs)} from ${sql.table(table.name)} where ${column} in (${places})`,
        outputs,
      ]
    })
  }

  /** See {@link insertOr}. */
  insertOr(key: TableKey, fields: readonly string[], change: Change): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`insert ${key} ${fields} or ${JSON.stringify(change)}`, () => [
      insertOr({ table, fields, change, dialect: this.#schema.dialect }),
      [],
    ])
  }

  /** See {@link countUp}. */
  countUp(): Statement {
    const { dialect, tables } = this.#schema
    return this.#once("count up", () => [countUp(tables.limits, dialect), []])
  }

  /** See {@link countDown}. */
  countDown(): Statement {
    return this.#once("count down", () => [countDown(this.#schema.tables.limits), []])
  }

  /** See {@link countLast}. */
  countLast(): Statement {
    return this.#once("count last", () => [countLast(this.#schema.tables.limits), []])
  }

  /** Changes a row that has expired by `now`. */
  takeOver(key: TableKey, fields: readonly string[], by: readonly string[]): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`take over ${key} ${fields} ${by}`, () => {
      const changes = fields.map(
        (field) => sql`${sql.ref(columnName(table, field))} = ${placeholder(table, field)}`,
      )
      const hasExpired = sql`${sql.ref(columnName(table, "expires"))} <= ${placeholder(table, "expires", "now")}`
      return [
        sql`update ${sql.table(table.name)} set ${sql.join(changes)} where ${matches(table, by)} and ${hasExpired}`,
        [],
      ]
    })
  }

  /** Changes the rows that match. The values of `by` are called `by` and their field, because the same field can change. */
  update(key: TableKey, fields: readonly string[], by: readonly string[]): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`update ${key} ${fields} ${by}`, () => {
      const changes = fields.map(
        (field) => sql`${sql.ref(columnName(table, field))} = ${placeholder(table, field)}`,
      )
      const conditions = by.map(
        (field) => sql`${sql.ref(columnName(table, field))} = ${placeholder(table, field, `by ${field}`)}`,
      )
      return [
        sql`update ${sql.table(table.name)} set ${sql.join(changes)} where ${sql.join(conditions, sql` and `)}`,
        [],
      ]
    })
  }

  /** Deletes the rows that match `by` but not `except`. */
  remove(key: TableKey, by: readonly string[], except: readonly string[] = []): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`delete ${key} ${by} but ${except}`, () => {
      const others = except.map(
        (field) => sql` and ${sql.ref(columnName(table, field))} <> ${placeholder(table, field)}`,
      )
      return [
        sql`delete from ${sql.table(table.name)} where ${matches(table, by)}${sql.join(others, sql``)}`,
        [],
      ]
    })
  }

  /** Deletes and returns a row in one statement, so that one of several concurrent calls gets it. Not for MySQL. */
  take(key: TableKey, by: readonly string[]): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`take ${key} ${by}`, () => {
      const outputs = readOutputs(table)
      const { output, returning } = this.#returned(table, outputs, "deleted")
      return [
        sql`delete from ${sql.table(table.name)}${output} where ${matches(table, by)}${returning}`,
        outputs,
      ]
    })
  }

  /** See {@link removeExpired}. */
  removeExpired(key: ExpiringKey): Statement {
    const table = this.#schema.tables[key]
    return this.#once(`expired ${key}`, () => [removeExpired(table, this.#schema.dialect), []])
  }

  #once(name: string, write: () => Writing): Statement {
    const known = this.#known.get(name)
    if (known) return known
    const [fragment, outputs, userOutputs] = write()
    const { sql: text, parameters } = fragment.compile(this.#compiler)
    const inputs = parameters as readonly Input[]
    const statement = { sql: text, inputs, outputs, userOutputs }
    this.#known.set(name, statement)
    return statement
  }

  /** SQL Server names the columns to return in the middle of a statement, the others at its end. */
  #returned(table: Table, outputs: readonly Output[], source: "inserted" | "deleted") {
    const { dialect } = this.#schema
    if (outputs.length === 0 || dialect === "mysql") return { output: sql``, returning: sql`` }
    return dialect === "mssql"
      ? { output: sql` output ${this.#list(table, outputs, source)}`, returning: sql`` }
      : { output: sql``, returning: sql` returning ${this.#list(table, outputs)}` }
  }

  #list(table: Table, outputs: readonly Output[], source?: string): Fragment {
    const columns = outputs.map(({ alias, field, kind }) => {
      const name = columnName(table, field)
      const column = sql.ref(source ? `${source}.${name}` : name)
      return sql`${kind === "date" ? readDate(column, this.#schema.dialect) : column} as ${sql.id(alias)}`
    })
    return sql.join(columns)
  }
}

function matches(table: Table, fields: readonly string[], source?: string): Fragment {
  const conditions = fields.map((field) => {
    const name = columnName(table, field)
    return sql`${sql.ref(source ? `${source}.${name}` : name)} = ${placeholder(table, field)}`
  })
  return sql.join(conditions, sql` and `)
}

function readOutputs(
  table: Table,
  fields: readonly string[] = Object.keys(table.shape.columns),
  prefix = "",
): Output[] {
  return fields.map((field) => ({ alias: prefix + field, field, kind: columnOf(table, field).kind }))
}

/** Makes the database format times in UTC, because drivers parse them by their own settings of zone and parser. */
function readDate(column: Fragment, dialect: Dialect): Fragment {
  if (dialect === "postgres") return sql`(extract(epoch from ${column}) * 1000)::float8`
  if (dialect === "mysql") return sql`date_format(${column}, '%Y-%m-%d %H:%i:%s.%f')`
  if (dialect === "mssql") return sql`convert(varchar(33), ${column}, 126)`
  return column
}
