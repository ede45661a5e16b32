import type { LimitAnswer, LimiterStore } from "../stores/limiter-store.js"
import type { Keyspace } from "./keyspace.js"

/** ARGV: limit, milliseconds. Returns -1 if the attempt is allowed, else the milliseconds until the window ends. */
const take = `
local life = redis.call('PTTL', KEYS[1])
if life <= 0 then
  redis.call('SET', KEYS[1], 0, 'PX', ARGV[2])
  life = tonumber(ARGV[2])
end
if tonumber(redis.call('GET', KEYS[1])) >= tonumber(ARGV[1]) then return life end
redis.call('INCR', KEYS[1])
return -1`

/** ARGV: limit. Returns what `take` would return, and writes nothing. */
const peek = `
if tonumber(redis.call('GET', KEYS[1]) or 0) < tonumber(ARGV[1]) then return -1 end
return redis.call('PTTL', KEYS[1])`

/** Does not recreate a key that has expired, and deletes one that reaches zero. */
const giveBack = `
if tonumber(redis.call('GET', KEYS[1]) or 0) > 1 then redis.call('DECR', KEYS[1])
else redis.call('DEL', KEYS[1]) end`

/** Limiter whose counts expire with their window, by the clock of the Redis server. */
export function limiterStore({ script, keyOf }: Keyspace): LimiterStore {
  const toKey = (key: string) => keyOf("limit", key)
  return {
    take: async (key, { limit, window }) => {
      const milliseconds = `${Math.max(1, Math.ceil(window * 1000))}`
      return toAnswer(await script(take, [toKey(key)], [`${limit}`, milliseconds]))
    },
    peek: async (key, { limit }) => toAnswer(await script(peek, [toKey(key)], [`${limit}`])),
    giveBack: async (key) => void (await script(giveBack, [toKey(key)], [])),
  }
}

function toAnswer(life: unknown): LimitAnswer {
  const milliseconds = Number(life)
  return milliseconds < 0
    ? { allowed: true, retryAfter: 0 }
    : { allowed: false, retryAfter: Math.max(1, milliseconds) / 1000 }
}
