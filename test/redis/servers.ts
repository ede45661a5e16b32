import { randomBytes } from "node:crypto"
import type { RedisClient } from "express-authjs/redis"
import { Redis } from "ioredis"
import { createClient } from "redis"
import { createClient as createClient4 } from "redis4"

export const redisUrl = process.env.REDIS_URL ?? "redis://127.0.0.1:6379"

export interface OpenClient {
  client: RedisClient
  close(): Promise<void>
}

export type OpenRedis = (url?: string) => Promise<OpenClient>

/** Every supported client, by name. */
const clients: Readonly<Record<string, OpenRedis>> = {
  ioredis: async (url = redisUrl) => {
    const client = new Redis(url, { retryStrategy: () => 50 })
    return { client, close: async () => client.disconnect() }
  },
  redis: async (url = redisUrl) => {
    const client = createClient({ url, socket: { reconnectStrategy: 50 } })
    client.on("error", () => {})
    await client.connect()
    return { client, close: async () => client.destroy() }
  },
  "redis 4": async (url = redisUrl) => {
    const client = createClient4({ url, socket: { reconnectStrategy: 50 } })
    client.on("error", () => {})
    await client.connect()
    return { client, close: () => client.disconnect() }
  },
}

/** Returns an empty array and prints a line when no server responds. Throws with CI=true. */
export const redisClients = Object.entries((await isThere()) ? clients : {})

/** A test's own key prefix; `drop` deletes its keys. */
export function newPrefix() {
  const prefix = `express-authjs-test-${randomBytes(6).toString("hex")}:`
  const drop = async () => {
    const admin = new Redis(redisUrl)
    const keys = await admin.keys(`${prefix}*`)
    for (const key of keys) await admin.del(key)
    admin.disconnect()
  }
  return { prefix, drop }
}

async function isThere(): Promise<boolean> {
  const client = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 2000 })
  client.on("error", () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if (process.env.CI === "true") throw error
    console.log("No Redis here, so its tests are left out. Set REDIS_URL to run them.")
    return false
  } finally {
    client.disconnect()
  }
}
