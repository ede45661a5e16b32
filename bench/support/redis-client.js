import { createClient } from "redis"
import { skip } from "./contender.js"

/** A client that is connected. Ends the process where there is no server. */
export async function openRedis(title) {
  const client = createClient({ url: "redis://127.0.0.1:6379", socket: { reconnectStrategy: false } })
  client.on("error", () => {})
  await client.connect().catch(() => skip(title, "no Redis on 127.0.0.1:6379"))
  return client
}
