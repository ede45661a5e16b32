import type { AdapterUser } from "@auth/core/adapters"
import { isImpossibleValue } from "../stores/is-impossible-value.js"
import { type Batch, type Client, read, run, runTogether, type Wanted } from "./client.js"
import { canBeKey, decode, encode, type Parameter } from "./column-values.js"
import { type FoundTable, inspectTable } from "./inspect-table.js"
import { batchSize } from "./remove-expired.js"
import type { Change, Counting, Fields, NewAccount, Page, Removal, RowStore, Rows } from "./row-store.js"
import { isExactly, toRow } from "./rows.js"
import { columnName, columnOf, type ExpiringKey, type Row, type Schema, type TableKey } from "./schema.js"
import { type Statement, Statements } from "./statements.js"
import { withTimeout } from "./with-timeout.js"

type Values = Readonly<Record<string, unknown>>

/** The rows of a SQL database. */
export class Store implements RowStore {
  /** The database. */
  readonly client: Client
  /** Its tables. */
  readonly schema: Schema
  readonly #statements: Statements
  readonly #extras = new Map<TableKey, readonly string[]>()

  constructor(client: Client, schema: Schema) {
    this.client = client
    this.schema = schema
    this.#statements = new Statements(schema)
  }

  async findExtras(key: TableKey): Promise<readonly string[]> {
    const known = this.#extras.get(key)
    if (known) return known
    const table = this.schema.tables[key]
    const found = await this.#inspect(key)
    if (!found) return []
    const extras = Object.keys(table.shape.extras ?? {})
    const present = extras.filter((field) => found.columns.has(columnName(table, field)))
    this.#extras.set(key, present)
    return present
  }

  /** Makes the next use look for optional columns again, after a migration. */
  forgetExtras(): void {
    this.#extras.clear()
  }

  async insert<Key extends TableKey>(key: Key, values: Fields<Key>): Promise<Rows[Key]> {
    const table = this.schema.tables[key]
    const { id, ...others } = this.#withColumn(key, values)
    const given = table.makesIds || id === undefined ? others : { id, ...others }
    const statement = this.#statements.insert(key, Object.keys(given))
    const { rows, insertedId } = await run(this.client, statement.sql, this.#fill(statement, given))
    const stored = this.#asRead(key, given)
    return (table.makesIds
      ? { ...stored, id: String(insertedId ?? rows[0]?.id) }
      : stored) as unknown as Rows[Key]
  }

  get makesUserIds(): boolean {
    return this.schema.tables.users.makesIds
  }

  async insertUserWith(user: Rows["users"], account: NewAccount): Promise<Rows["users"]> {
    const inserts = [
      ["users", user],
      ["accounts", { ...account, userId: user.id }],
    ] as const
    const batch = inserts.map(([key, values]) => {
      const given = this.#withColumn(key, { ...values })
      const statement = this.#statements.insert(key, Object.keys(given))
      return [statement.sql, this.#fill(statement, given)] as const
    })
    await runTogether(this.client, batch)
    return this.#asRead("users", this.#withColumn("users", { ...user })) as unknown as Rows["users"]
  }

  async find<Key extends TableKey>(key: Key, by: Fields<Key>): Promise<Rows[Key] | undefined> {
    return (await this.list(key, by))[0]
  }

  async list<Key extends TableKey>(
    key: Key,
    by: Fields<Key>,
    extras: readonly string[] = [],
  ): Promise<Rows[Key][]> {
    const statement = this.#statements.select(key, Object.keys(by), extras)
    const found = await this.#read(statement, by, "all")
    return found.map((row) => toRow<Key>(row, statement.outputs)).filter((row) => isExactly(row, by))
  }

  async findWithUser<Key extends "accounts" | "sessions">(
    key: Key,
    by: Fields<Key>,
    extras: readonly string[] = [],
  ): Promise<{ row: Rows[Key]; user: AdapterUser } | undefined> {
    const statement = this.#statements.selectWithUser(key, Object.keys(by), extras)
    const [found] = await this.#read(statement, by, "one")
    if (!found) return undefined
    const row = toRow<Key>(found, statement.outputs)
    return isExactly(row, by) ? { row, user: toRow<"users">(found, statement.userOutputs ?? []) } : undefined
  }

  async update<Key extends TableKey>(key: Key, values: Fields<Key>, by: Fields<Key>): Promise<number> {
    if (!Object.values(by).every(canBeKey)) return 0
    const changes = this.#withColumn(key, values)
    if (Object.keys(changes).length === 0) return (await this.list(key, by)).length
    const statement = this.#statements.update(key, Object.keys(changes), Object.keys(by))
    const conditions = Object.entries(by).map(([field, value]) => [`by ${field}`, value])
    const parameters = this.#fill(statement, { ...changes, ...Object.fromEntries(conditions) })
    return (await run(this.client, statement.sql, parameters)).changed
  }

  async removeAll(removals: readonly Removal[]): Promise<void> {
    if (!removals.every(([, by]) => Object.values(by).every(canBeKey))) return
    const batch: Batch = removals.map(([key, by]) => {
      const statement = this.#statements.remove(key, Object.keys(by))
      return [statement.sql, this.#fill(statement, by)] as const
    })
    const [only, ...more] = batch
    if (only && more.length === 0) await unlessImpossible(run(this.client, ...only))
    else await unlessImpossible(runTogether(this.client, batch))
  }

  async take<Key extends TableKey>(key: Key, by: Fields<Key>): Promise<Rows[Key] | undefined> {
    if (this.schema.dialect === "mysql") return this.#findAndRemove(key, by)
    if (!Object.values(by).every(canBeKey)) return undefined
    const statement = this.#statements.take(key, Object.keys(by))
    const taken = await unlessImpossible(run(this.client, statement.sql, this.#fill(statement, by)))
    const row = taken?.rows[0] && toRow<Key>(taken.rows[0], statement.outputs)
    return row && isExactly(row, by) ? row : undefined
  }

  async removeOthers<Key extends TableKey>(key: Key, by: Fields<Key>, except: Fields<Key>): Promise<void> {
    if (!Object.values(by).every(canBeKey)) return
    const statement = this.#statements.remove(key, Object.keys(by), Object.keys(except))
    await run(this.client, statement.sql, this.#fill(statement, { ...by, ...except }))
  }

  async listLast<Key extends TableKey>(
    key: Key,
    by: Fields<Key>,
    { before, limit }: Page,
  ): Promise<Rows[Key][]> {
    const rounded = toPowerOfTwo(limit)
    const page = { isContinued: before !== undefined, limit: rounded }
    const statement = this.#statements.selectLast(key, Object.keys(by), page)
    const found = await this.#read(statement, { ...by, ...(before !== undefined && { before }) }, "all")
    const rows = found.map((row) => toRow<Key>(row, statement.outputs)).filter((row) => isExactly(row, by))
    return rows.slice(0, limit)
  }

  async listIn<Key extends TableKey>(
    key: Key,
    field: string,
    values: readonly string[],
  ): Promise<Rows[Key][]> {
    const count = toPowerOfTwo(values.length)
    const statement = this.#statements.selectIn(key, field, count)
    const padded = Array.from({ length: count }, (_, place) => values[place] ?? values.at(-1) ?? "")
    const parameters = statement.inputs.map(({ table }, place) =>
      encode(padded[place], columnOf(table, field), this.schema.dialect),
    )
    const found = await read(this.client, statement.sql, parameters, "all")
    return found.map((row) => toRow<Key>(row, statement.outputs))
  }

  async insertOr<Key extends TableKey>(
    key: Key,
    rows: readonly Rows[Key][],
    change: Change,
  ): Promise<number> {
    const batch: Batch = rows.map((values) => {
      const statement = this.#statements.insertOr(key, Object.keys(values), change)
      return [statement.sql, this.#fill(statement, { ...values })] as const
    })
    const [only, ...more] = batch
    if (only && more.length === 0) return (await run(this.client, ...only)).changed
    await runTogether(this.client, batch)
    return batch.length
  }

  async takeOver<Key extends ExpiringKey>(key: Key, values: Fields<Key>, by: Fields<Key>): Promise<boolean> {
    const statement = this.#statements.takeOver(key, Object.keys(values), Object.keys(by))
    const parameters = this.#fill(statement, { ...values, ...by, now: new Date() })
    return (await run(this.client, statement.sql, parameters)).changed > 0
  }

  async countUp(values: Counting): Promise<boolean> {
    const statement = this.#statements.countUp()
    const { changed, insertedId } = await run(this.client, statement.sql, this.#fill(statement, values))
    return this.schema.dialect === "mysql" ? insertedId === undefined : changed > 0
  }

  async countDown(by: Pick<Rows["limits"], "key">): Promise<void> {
    for (const statement of [this.#statements.countLast(), this.#statements.countDown()])
      if ((await run(this.client, statement.sql, this.#fill(statement, by))).changed > 0) return
  }

  async hasTable(key: TableKey): Promise<boolean> {
    return (await this.#inspect(key)) !== undefined
  }

  async removeExpired(key: ExpiringKey, before: Date): Promise<boolean> {
    const statement = this.#statements.removeExpired(key)
    const { changed } = await run(this.client, statement.sql, this.#fill(statement, { expires: before }))
    return changed >= batchSize
  }

  /**
   * MySQL, unlike MariaDB, cannot return deleted rows. Only one of several concurrent calls deletes the row and gets
   * it.
   */
  async #findAndRemove<Key extends TableKey>(key: Key, by: Fields<Key>): Promise<Rows[Key] | undefined> {
    const found = await this.find(key, by)
    if (!found) return undefined
    const statement = this.#statements.remove(key, Object.keys(by))
    const { changed } = await run(this.client, statement.sql, this.#fill(statement, by))
    return changed > 0 ? found : undefined
  }

  #inspect(key: TableKey): Promise<FoundTable | undefined> {
    const { dialect, tables } = this.schema
    return withTimeout(inspectTable(this.client.db, tables[key].name, dialect), this.client.timeout)
  }

  async #read(statement: Statement, by: Values, wanted: Wanted): Promise<readonly Row[]> {
    if (!Object.values(by).every(canBeKey)) return []
    return (await unlessImpossible(read(this.client, statement.sql, this.#fill(statement, by), wanted))) ?? []
  }

  #fill({ inputs }: Statement, values: Values): Parameter[] {
    const { dialect } = this.schema
    return inputs.map(({ table, field, as }) => encode(values[as ?? field], columnOf(table, field), dialect))
  }

  /** Drops fields without a column, because providers send more than Auth.js defines. */
  #withColumn(key: TableKey, values: Values): Row {
    const { columns } = this.schema.tables[key].shape
    const extras = this.#extras.get(key) ?? []
    const isKnown = (field: string) => Object.hasOwn(columns, field) || extras.includes(field)
    return Object.fromEntries(
      Object.entries(values).filter(([field, value]) => isKnown(field) && value !== undefined),
    )
  }

  #asRead(key: TableKey, values: Values): Row {
    const { dialect, tables } = this.schema
    const fields = Object.entries(tables[key].shape.columns)
    return Object.fromEntries(
      fields.map(([field, column]) => [field, decode(encode(values[field], column, dialect), column.kind)]),
    )
  }
}

/** Rounds up, so that only a few different statements are prepared. */
function toPowerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count))
}

/** There is no row with an id that the type of its column (uuid, integer) cannot represent. */
async function unlessImpossible<Value>(query: Promise<Value>): Promise<Value | undefined> {
  try {
    return await query
  } catch (error) {
    if (isImpossibleValue(error)) return undefined
    throw error
  }
}
