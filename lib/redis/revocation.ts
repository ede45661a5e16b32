import { cacheRevocations } from "../stores/cache-revocations.js"
import type { RevocationStore, SessionRecord } from "../stores/revocation-store.js"
import type { Keyspace } from "./keyspace.js"
import { ownedRows } from "./owned-rows.js"

/** ARGV: time of the revocation, milliseconds to keep it. Never replaces a later time or shortens the life of a key. */
const revoke = `
for _, key in ipairs(KEYS) do
  local at = redis.call('GET', key)
  local life = tonumber(ARGV[2])
  if at then life = math.max(life, redis.call('PTTL', key)) end
  at = math.max(tonumber(ARGV[1]), tonumber(at or 0))
  if life > 0 then redis.call('SET', key, string.format('%d', at), 'PX', string.format('%d', life)) end
end`

/** Keys handled by one call, because Lua accepts only a few thousand arguments. */
const batchSize = 1000

/**
 * Revocations, claims and the list of each user's devices.
 *
 * @param maxStale seconds for which this process trusts its copy of revocations
 */
export function revocationStore(keyspace: Keyspace, maxStale: number): Required<RevocationStore> {
  const { command, script, keyOf } = keyspace
  const sessions = ownedRows<SessionRecord>(keyspace, "record", ["createdAt", "lastUsedAt", "expires"])
  const toKey = (key: string) => keyOf("revoked", key)

  async function read(keys: readonly string[]): Promise<(number | undefined)[]> {
    const found = (await command("MGET", ...keys.map(toKey))) as unknown[]
    return found.map((at) => (typeof at === "string" ? Number(at) : undefined))
  }

  async function write(keys: readonly string[], at: number, until: Date): Promise<void> {
    const life = until.getTime() - Date.now()
    for (let start = 0; start < keys.length; start += batchSize)
      await script(revoke, keys.slice(start, start + batchSize).map(toKey), [`${at}`, `${life}`])
  }

  async function list(userId: string): Promise<SessionRecord[]> {
    const found = await sessions.list(userId)
    const [ofUser, ...ofSessions] = await read([`sub:${userId}`, ...found.map(({ id }) => `sid:${id}`)])
    const isLive = ({ createdAt }: SessionRecord, place: number) =>
      ofSessions[place] === undefined && createdAt.getTime() > (ofUser ?? 0)
    return found.filter(isLive).sort((a, b) => b.lastUsedAt.getTime() - a.lastUsedAt.getTime())
  }

  return {
    ...cacheRevocations({ read, write }, maxStale),
    claim: async (key, until) => {
      const now = Date.now()
      const life = `${Math.max(1, until.getTime() - now)}`
      const claimed = await command("SET", toKey(key), `${now}`, "NX", "PX", life)
      return claimed === null ? undefined : async () => void (await command("DEL", toKey(key)))
    },
    remember: (session) => sessions.put(session.id, session),
    list,
  }
}
