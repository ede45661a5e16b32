import { expect } from "chai"
import type { LockStore } from "express-authjs"
import { database, sqlLocks } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { mariadb, postgres, type TestServer } from "../database/servers.js"
import { enter, useTokenApps } from "../support/token-apps.js"
import { UserAgent } from "../support/user-agent.js"
import { newPrefix, redisClients } from "./servers.js"

/** The lock store of one process. */
interface Process {
  locks: LockStore
  close(): Promise<unknown>
}

/** Opens processes that share what they keep. */
type Place = () => Promise<{ open(): Promise<Process>; drop(): Promise<void> }>

const places: Record<string, Place | undefined> = {
  Redis: redisClients[0] && inRedis(redisClients[0][1]),
  PostgreSQL: postgres && inDatabase(postgres),
  MariaDB: mariadb && inDatabase(mariadb),
}

describe("two processes that refresh the same token at once", () => {
  const { start, rotating } = useTokenApps()

  for (const [name, place] of Object.entries(places)) {
    if (!place) continue
    it(`use it up once, by locks in ${name}`, async () => {
      const { open, drop } = await place()
      const server = await rotating()
      server.rotation.lifetime = 30
      const config = { providers: [server.provider], session: { keepTokens: true } }
      const processes = [await open(), await open()]
      const apps = await Promise.all(processes.map(({ locks }) => start({ ...config, locks })))
      const agent = new UserAgent()
      await enter(agent, String(apps[0]?.url))
      server.rotation.lifetime = 3600
      const asked = Array.from({ length: 10 }, () => apps.map(({ ask }) => ask(agent))).flat()
      const tokens = new Set((await Promise.all(asked)).map(({ token }) => token))
      expect(server.refreshes).to.have.length(1)
      expect([...tokens].map((token) => server.isCurrent(token ?? ""))).to.deep.equal([true])
      for (const { close } of processes) await close()
      await drop()
    })
  }
})

function inRedis(openClient: (typeof redisClients)[number][1]): Place {
  return async () => {
    const { prefix, drop } = newPrefix()
    const open = async () => {
      const { client, close } = await openClient()
      return { locks: redis(client, { prefix }).locks, close }
    }
    return { open, drop }
  }
}

function inDatabase(server: TestServer): Place {
  return async () => {
    const { url, drop } = await server()
    const open = async () => {
      const db = database(url, { migrate: true })
      return { locks: sqlLocks(db), close: () => db.close() }
    }
    return { open, drop }
  }
}
