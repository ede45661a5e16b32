export type { IoredisClient, NodeRedisClient, RedisClient } from "./connection.js"
export { type RedisOptions, type RedisStore, redis } from "./redis.js"
