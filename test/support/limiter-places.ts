import type { LimiterStore } from "express-authjs"
import { database, migrate, sqlLimiter } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { mariadb, postgres, type TestServer } from "../database/servers.js"
import { newPrefix, redisClients } from "../redis/servers.js"

/** Opens a limiter, as one process would; call it again for another process. */
export interface LimiterPlace {
  open(): Promise<LimiterStore>
  close(): Promise<void>
}

type OpenPlace = () => Promise<LimiterPlace>

/** The available stores through which processes can share a limiter, by name. */
export const limiterPlaces: readonly (readonly [string, OpenPlace])[] = [
  ...redisClients.slice(0, 1).map(() => ["Redis", inRedis] as const),
  ...(postgres ? [["PostgreSQL", inDatabase(postgres)] as const] : []),
  ...(mariadb ? [["MariaDB", inDatabase(mariadb)] as const] : []),
]

async function inRedis(): Promise<LimiterPlace> {
  const { prefix, drop } = newPrefix()
  const closing: (() => Promise<unknown>)[] = []
  return {
    open: async () => {
      const [, openClient] = redisClients[0] ?? []
      if (!openClient) throw new Error("There is no Redis here")
      const { client, close } = await openClient()
      closing.push(close)
      return redis(client, { prefix }).limiter
    },
    close: async () => {
      await Promise.all(closing.map((close) => close()))
      await drop()
    },
  }
}

function inDatabase(server: TestServer): OpenPlace {
  return async () => {
    const { url, drop } = await server()
    const closing: (() => Promise<unknown>)[] = []
    return {
      open: async () => {
        const db = database(url)
        closing.push(() => db.close())
        await migrate(db)
        return sqlLimiter(db)
      },
      close: async () => {
        await Promise.all(closing.map((close) => close()))
        await drop()
      },
    }
  }
}
