import { randomUUID } from "node:crypto"
import { expect } from "chai"
import { redis } from "express-authjs/redis"
import { startSilentProxy } from "../support/silent-proxy.js"
import { until } from "../support/until.js"
import { newPrefix, redisClients, redisUrl } from "./servers.js"

/** Milliseconds: long enough for a busy machine to open a connection. */
const timeout = 600

describe("a connection to Redis that goes silent", () => {
  const cleanups: (() => Promise<void>)[] = []
  afterEach("close what keeps the process alive", async () => {
    for (const cleanup of cleanups.splice(0)) await cleanup()
  })

  for (const [name, open] of redisClients)
    it(`is replaced after one command has waited for the timeout, by ${name}`, async () => {
      const { prefix, drop } = newPrefix()
      const proxy = await startSilentProxy(redisUrl)
      const { client, close } = await open(proxy.url)
      cleanups.push(close, proxy.close, drop)
      const store = redis(client, { prefix, timeout })
      const session = { sessionToken: randomUUID(), userId: "ada", expires: new Date(Date.now() + 60_000) }
      for (let turn = 0; turn < 2; turn++) {
        await store.createSession(session)
        const opened = proxy.opened
        proxy.silence()
        const asked = Array.from({ length: 5 }, () =>
          store.getSession("any").then(
            () => "answered",
            (error: Error) => error.message,
          ),
        )
        const [first, ...others] = await Promise.all(asked)
        expect(first).to.equal(`Redis did not respond to GET within ${timeout} ms`)
        // The client itself fails what was sent on the connection that it gives up.
        for (const failure of others) expect(failure).to.match(/did not respond|Disconnects|closed/)
        await until(() => store.getSession(session.sessionToken).then(Boolean, () => false))
        expect(proxy.opened).to.equal(opened + 1)
      }
    })
})
