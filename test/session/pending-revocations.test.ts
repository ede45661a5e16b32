import { expect } from "chai"
import type { ExpressAuthError, RevocationStore } from "express-authjs"
import { redis } from "express-authjs/redis"
import { createRedis, type OwnServer, whereInstalled } from "../database/own-servers.js"
import { type OpenClient, redisClients } from "../redis/servers.js"
import { type SessionApp, useSessionApps, type Visitor } from "../support/session-apps.js"
import { until } from "../support/until.js"

for (const [name, open] of redisClients.slice(0, 1))
  describe(`auth.sessions while Redis is down, by ${name}`, () => {
    const start = useSessionApps()
    const opened: OpenClient[] = []
    let server: OwnServer

    beforeEach(async function () {
      const installed = await whereInstalled(createRedis)
      if (!installed) return this.skip()
      server = installed
      await server.start()
    })
    afterEach(async () => {
      for (const { close } of opened.splice(0)) await close()
      await server?.remove()
    })

    /** A store of a process's own, which trusts no copy. */
    async function connect(): Promise<RevocationStore> {
      const connection = await open(server.url)
      opened.push(connection)
      return redis(connection.client, { timeout: 500, maxStale: 0 }).revocation
    }

    const startWith = (revocation: RevocationStore) =>
      start({ revocation, session: { revocationFailure: "open" } })

    async function signedIn(app: SessionApp): Promise<Visitor> {
      const visitor = await app.visitor()
      await visitor.post("/login", { name: "ada" })
      expect((await visitor.get("/guarded")).status).to.equal(200)
      return visitor
    }

    const statusOf = async (visitor: Visitor) => (await visitor.get("/guarded")).status
    const copyIn = async (app: SessionApp, visitor: Visitor) => app.visitor(await visitor.sealed())

    async function failureOf(work: Promise<unknown>): Promise<ExpressAuthError> {
      return work.then(
        () => expect.fail("It succeeded"),
        (error) => error,
      )
    }

    for (const [kind, limit] of [
      ["our store", (store: RevocationStore) => store],
      [
        "a store that takes two arguments",
        (store: RevocationStore) => ({ ...store, revoke: (keys, until) => store.revoke(keys, until) }),
      ],
    ] as [string, (store: RevocationStore) => RevocationStore][])
      it(`revokeUser() ends the sessions begun before, here at once and elsewhere once Redis is back: ${kind}`, async () => {
        const here = await startWith(limit(await connect()))
        const elsewhere = await startWith(limit(await connect()))
        const former = await signedIn(here)
        const far = await copyIn(elsewhere, former)
        await server.stop("crash")
        const { code, status, message } = await failureOf(here.auth.sessions.revokeUser("ada"))
        expect([code, status]).to.deep.equal(["ERR_AUTH_SIGN_OUT", 503])
        expect(message).to.include("ada").and.include("again")
        expect(await statusOf(await copyIn(here, former))).to.equal(401)
        expect(await statusOf(far)).to.equal(200)
        const next = await signedIn(here)
        await server.start()
        await until(async () => (await statusOf(far)) === 401)
        if (kind === "our store")
          for (const app of [here, elsewhere])
            expect(await statusOf(await copyIn(app, next)), "the next sign-in").to.equal(200)
        await signedIn(elsewhere)
      })

    it("revoke() ends a session by its id at once", async () => {
      const app = await startWith(await connect())
      const visitor = await signedIn(app)
      const [session] = await app.auth.sessions.list("ada")
      await server.stop("crash")
      expect(await failureOf(app.auth.sessions.revoke(String(session?.id)))).to.include({
        code: "ERR_AUTH_SIGN_OUT",
        status: 503,
      })
      expect(await statusOf(visitor)).to.equal(401)
    })
  })
