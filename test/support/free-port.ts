import { randomInt } from "node:crypto"
import { createServer } from "node:net"

/** Above the ports that browsers refuse, and below those that systems give to clients and to servers that ask for any. */
const [lowest, highest] = [11_000, 30_000]
const given = new Set<number>()

/**
 * A port of 127.0.0.1 on which nothing listens, for servers that cannot choose one themselves. Nothing else takes it
 * until such a server has started, or while it is stopped: not another test's server that listens on any port, and not a
 * client, which could even connect to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once("error", () => resolve(false))
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)))
  })
}
