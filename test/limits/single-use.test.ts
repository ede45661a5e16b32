import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { expect } from "chai"
import { type ExpressAuthConfig, memoryRevocation, type RevocationStore } from "express-authjs"
import { compose } from "express-authjs/adapters"
import { database, migrate } from "express-authjs/database"
import { redis } from "express-authjs/redis"
import { resolveConfig } from "../../lib/config/resolve-config.js"
import { useOnce } from "../../lib/limits/single-use.js"
import { useLogoutTokenOnce } from "../../lib/logout/logout-once.js"
import { mongoPlaces } from "../database/mongo-servers.js"
import { createFolder, mariadb, postgres } from "../database/servers.js"
import { newPrefix, redisClients } from "../redis/servers.js"

type Options = Pick<ExpressAuthConfig, "adapter" | "revocation" | "locks">

/** Opens the configurations of two processes that share what they keep. */
type Place = () => Promise<{ open(): Promise<Options>; close(): Promise<unknown> }>

const [redisClient] = redisClients
const databases = { PostgreSQL: postgres, MariaDB: mariadb, "a stand-in for MongoDB": mongoPlaces[0]?.[1] }

const places: Record<string, Place> = {
  "a SQLite file": async () => {
    const { path, remove } = await createFolder()
    return inDatabase(`sqlite:${join(path, "auth.db")}`, remove)
  },
  "the revocation store alone": async () => {
    const revocation = memoryRevocation()
    return { open: async () => ({ revocation }), close: async () => {} }
  },
}
for (const [name, server] of Object.entries(databases))
  if (server)
    places[name] = async () => {
      const { url, drop } = await server()
      return inDatabase(url, drop)
    }
if (redisClient)
  places.Redis = async () => {
    const { prefix, drop } = newPrefix()
    const closers: (() => Promise<unknown>)[] = [drop]
    const open = async () => {
      const { client, close } = await redisClient[1]()
      const users = database("sqlite::memory:")
      closers.unshift(close, users.close)
      const sessions = redis(client, { prefix })
      return { adapter: compose({ users, sessions, verificationTokens: sessions }) }
    }
    return {
      open,
      close: async () => {
        for (const close of closers) await close()
      },
    }
  }

async function inDatabase(url: string, drop: () => Promise<unknown>) {
  const opened: ReturnType<typeof database>[] = []
  const open = async () => {
    const adapter = database(url)
    opened.push(adapter)
    await migrate(adapter)
    return { adapter }
  }
  const close = async () => {
    for (const adapter of opened) await adapter.close()
    await drop()
  }
  return { open, close }
}

const configOf = (options: Options) => resolveConfig({ providers: [], secret: "s".repeat(32), ...options })

describe("S35: one answer to two processes at once", () => {
  for (const [name, place] of Object.entries(places))
    describe(`that share ${name}`, () => {
      let processes: ReturnType<typeof configOf>[]
      let close: () => Promise<unknown>
      before(async () => {
        const opened = await place()
        close = opened.close
        processes = [configOf(await opened.open()), configOf(await opened.open())]
      })
      after(() => close())

      it("is taken once", async () => {
        for (let round = 0; round < 20; round++) {
          const answer = randomUUID()
          const takes = [...processes, ...processes].map((config) => useOnce(config, answer, 60))
          expect((await Promise.all(takes)).filter(Boolean)).to.have.length(1)
        }
      })

      it("is not taken later either", async () => {
        const answer = randomUUID()
        for (const config of processes)
          expect(await useOnce(config, answer, 60)).to.equal(config === processes[0])
      })

      it("logs out once, and once more only in the process where that failed", async () => {
        const claims = { jti: randomUUID() } as Parameters<typeof useLogoutTokenOnce>[0]
        let acted = 0
        const use = (config = processes[0], fails = false) =>
          config &&
          useLogoutTokenOnce(claims, { provider: "demo", config }, async () => {
            if (fails) throw new Error("no")
            acted++
          }).catch((error: { code?: string }) => error.code ?? "failed")
        expect(await use(processes[0], true)).to.equal("failed")
        const answers = await Promise.all([use(), use(), use()])
        expect([acted, answers.filter((code) => code === "ERR_AUTH_LOGOUT_TOKEN").length]).to.deep.equal([
          1, 2,
        ])
        expect(await use(processes[1])).to.equal("ERR_AUTH_LOGOUT_TOKEN")
      })
    })

  it("is refused, not taken, while the store fails, and can be tried again", async () => {
    const down: RevocationStore = {
      revoke: () => {},
      isRevoked: () => false,
      claim: () => Promise.reject(new Error("down")),
    }
    const config = configOf({ revocation: down })
    const failure = await useOnce(config, "a", 60).catch((error: Error) => error.name)
    expect(failure).to.equal("AdapterError")
    Object.assign(down, { claim: () => () => {} })
    expect(await useOnce(config, "a", 60)).to.equal(true)
  })
})
