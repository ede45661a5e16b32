import type { Keyspace } from "./keyspace.js"

/** A record that belongs to a user until it expires. */
export interface OwnedRow {
  /** The id of the user it belongs to. */
  readonly userId: string
  /** When it ceases to exist. */
  readonly expires: Date
}

/** The records of one kind. */
export interface OwnedRows<Row extends OwnedRow> {
  /** Stores a record until it expires. */
  put(id: string, row: Row): Promise<void>
  /** Replaces a record. Returns `false`, and stores nothing, if it no longer exists. */
  replace(id: string, row: Row): Promise<boolean>
  /** Returns a record that has not expired. */
  get(id: string): Promise<Row | undefined>
  /** Returns the records of a user that have not expired. */
  list(userId: string): Promise<Row[]>
  /** Deletes one record of a user. */
  remove(id: string, userId: string): Promise<void>
  /** Deletes all records of a user, except one. */
  removeAll(userId: string, except?: string): Promise<void>
}

/** KEYS: record, index of its user. ARGV: record, milliseconds to live, id, expiry, now, "XX" to replace only. */
const put = `
if ARGV[6] == 'XX' and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[5])
if tonumber(ARGV[2]) <= 0 then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[3])
  return 1
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[3])
local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
redis.call('PEXPIRE', KEYS[2], string.format('%d', tonumber(last[2]) - tonumber(ARGV[5])))
return 1`

/** KEYS: index of a user, records. ARGV: the ids of those records. */
const remove = `
for place, id in ipairs(ARGV) do
  redis.call('DEL', KEYS[place + 1])
  redis.call('ZREM', KEYS[1], id)
end`

/** Records deleted by one call, because Lua accepts only a few thousand arguments. */
const batchSize = 500

/**
 * Stores records that expire by themselves, with an index for each user.
 *
 * @param kind part of the keys; other kinds have keys of their own
 * @param dates the fields that are dates
 */
export function ownedRows<Row extends OwnedRow>(
  { command, script, keyOf }: Keyspace,
  kind: string,
  dates: readonly (keyof Row & string)[],
): OwnedRows<Row> {
  const rowKey = (id: string) => keyOf(kind, id)
  const indexKey = (userId: string) => keyOf(`${kind}s-of`, userId)
  const parse = (text: unknown) => (typeof text === "string" ? toRow<Row>(text, dates) : undefined)

  async function write(id: string, row: Row, mode: "" | "XX"): Promise<boolean> {
    const now = Date.now()
    const expires = row.expires.getTime()
    const args = [JSON.stringify(row), `${expires - now}`, id, `${expires}`, `${now}`, mode]
    return (await script(put, [rowKey(id), indexKey(row.userId)], args)) === 1
  }

  async function idsOf(userId: string): Promise<string[]> {
    return (await command("ZRANGEBYSCORE", indexKey(userId), `(${Date.now()}`, "+inf")) as string[]
  }

  async function removeBatch(userId: string, ids: readonly string[]): Promise<void> {
    await script(remove, [indexKey(userId), ...ids.map(rowKey)], ids)
  }

  return {
    put: async (id, row) => void (await write(id, row, "")),
    replace: (id, row) => write(id, row, "XX"),
    get: async (id) => parse(await command("GET", rowKey(id))),
    list: async (userId) => {
      const ids = await idsOf(userId)
      if (ids.length === 0) return []
      const texts = (await command("MGET", ...ids.map(rowKey))) as unknown[]
      return texts.map(parse).filter((row) => row !== undefined)
    },
    remove: (id, userId) => removeBatch(userId, [id]),
    removeAll: async (userId, except) => {
      const ids = (await idsOf(userId)).filter((id) => id !== except)
      for (let start = 0; start < ids.length; start += batchSize)
        await removeBatch(userId, ids.slice(start, start + batchSize))
    },
  }
}

function toRow<Row>(text: string, dates: readonly string[]): Row {
  return JSON.parse(text, (name, value) => (dates.includes(name) ? new Date(value) : value)) as Row
}
