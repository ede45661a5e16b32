import { randomBytes } from "node:crypto"
import { MongoClient } from "mongodb"
import { startMongoServer } from "../support/mongo-server.js"
import type { CreateServer } from "./own-servers.js"
import type { TestDatabase } from "./servers.js"

/** An empty database of a test's own. */
export type MongoPlace = () => Promise<Pick<TestDatabase, "url" | "drop">>

const inMemory: MongoPlace = async () => {
  const { url, stop } = await startMongoServer()
  return { url, drop: stop }
}

const { MONGODB_URL } = process.env
if (!MONGODB_URL)
  console.log("No MongoDB here, so its tests run against a stand-in only. Set MONGODB_URL to run them on it.")

/** The stand-in, and MongoDB itself where `MONGODB_URL` is set. */
export const mongoPlaces: readonly (readonly [name: string, place: MongoPlace])[] = [
  ["a stand-in for MongoDB", inMemory],
  ...(MONGODB_URL ? [["MongoDB", () => createOn(MONGODB_URL)] as const] : []),
]

/** The stand-in as a server that can be stopped and restarted; clients cannot tell a shutdown from a crash. */
export const createMongo: CreateServer = async () => {
  const server = await startMongoServer()
  await server.stop()
  return { ...server, connections: async () => server.connections(), remove: server.stop }
}

async function createOn(server: string): Promise<Pick<TestDatabase, "url" | "drop">> {
  const url = new URL(server)
  url.pathname = `/express_authjs_${randomBytes(6).toString("hex")}`
  const drop = async () => {
    const client = new MongoClient(url.href)
    await client.db().dropDatabase()
    await client.close()
  }
  return { url: url.href, drop }
}
