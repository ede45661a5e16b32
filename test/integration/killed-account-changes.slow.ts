import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import { type MongoPlace, mongoPlaces } from "../database/mongo-servers.js"
import { createFolder, postgres, type TestServer } from "../database/servers.js"
import { type AccountCallLine, type AccountCallOptions, callAccount } from "../support/account-call.js"
import type { AccountProcessOptions } from "../support/account-process.js"

const script = fileURLToPath(new URL("../support/account-process.ts", import.meta.url))
/** More calls than any of the functions makes. */
const maxCalls = 40

const sqlite: MongoPlace = async () => {
  const { path, remove } = await createFolder()
  return { url: `sqlite:${join(path, "auth.db")}`, drop: remove }
}

describeKills("SQLite", { place: sqlite, strategy: "jwt" })
// SQL databases differ in their transactions only, and the address is changed by single statements.
if (postgres) describeKills("PostgreSQL", { place: postgres, strategy: "database", only: "deletion" })
for (const [name, place] of mongoPlaces) describeKills(name, { place, strategy: "database" })

interface Setting {
  readonly place: TestServer | MongoPlace
  readonly strategy: "jwt" | "database"
  readonly only?: "deletion"
}

function runProcess(options: AccountProcessOptions): Promise<AccountCallLine[]> {
  const flags = ["--import=tsx", "--conditions=source", script, JSON.stringify(options)]
  return new Promise((resolve) => {
    execFile(process.execPath, flags, (_error, stdout) => {
      const lines = stdout.split("\n").filter(Boolean)
      resolve(lines.map((line) => JSON.parse(line)))
    })
  })
}

function describeKills(name: string, { place, strategy, only }: Setting): void {
  describe(`S47: an account whose change is killed halfway, on ${name}`, function () {
    this.timeout(300_000)
    let adapter: DatabaseAdapter
    let url: string
    let drop: () => Promise<void>
    let users = 0

    before(async () => {
      const empty = await place()
      url = empty.url
      drop = empty.drop
      adapter = database(url)
      await migrate(adapter)
    })
    after(() => adapter.close().then(drop))

    /** Calls a function of `auth.account`; with `killBefore` in a process that is killed before that call. */
    async function run(
      email: string | null,
      call: AccountCallOptions["call"],
      killBefore = 0,
    ): Promise<AccountCallLine[]> {
      const lines: AccountCallLine[] = []
      if (killBefore === 0) await callAccount({ url, email, strategy, call }, (line) => lines.push(line))
      else lines.push(...(await runProcess({ url, email, strategy, call, killBefore })))
      return lines
    }

    async function newUser() {
      const email = `ada${++users}@example.com`
      const user = { id: `ada-${users}`, email, emailVerified: new Date(), name: null }
      const { id } = await adapter.createUser(user)
      const account = { userId: id, provider: "demo", providerAccountId: email, type: "oidc" } as const
      await adapter.linkAccount(account)
      return { id, email, account }
    }

    const tokenFor = (lines: readonly AccountCallLine[], to: string) =>
      lines.find(({ mail }) => mail === to)?.token

    /** Kills a process before each of the calls of a function, until one finishes. Returns how many were killed. */
    async function killEverywhere(
      attempt: (killBefore: number) => Promise<AccountCallLine[]>,
    ): Promise<number> {
      for (let killBefore = 1; killBefore <= maxCalls; killBefore++)
        if ((await attempt(killBefore)).some(({ result }) => result)) return killBefore - 1
      throw new Error(`Still not finished after ${maxCalls} kills`)
    }

    const whereChanged = (title: string, test: () => Promise<void>) => {
      if (only === undefined) it(title, test)
    }

    whereChanged("has one address or the other, and the same link finishes the change", async () => {
      const kills = await killEverywhere(async (killBefore) => {
        const { id, email } = await newUser()
        const to = `new-${email}`
        const token = tokenFor(await run(email, ["changeEmail", to]), to)
        const lines = await run(email, ["confirmEmail", token], killBefore)
        const { email: halfway = "" } = (await adapter.getUser(id)) ?? {}
        expect(halfway).to.be.oneOf([email, to])
        expect(await adapter.listAccounts(id)).to.have.lengthOf(1)
        const [{ result } = {}] = (await run(halfway, ["confirmEmail", token])).filter((line) => line.result)
        expect(result, `killed before call ${killBefore}`).to.deep.equal({ ok: true, email: to })
        expect((await adapter.getUser(id))?.email).to.equal(to)
        return lines
      })
      expect(kills).to.be.above(4)
    })

    whereChanged("can be taken back by the former address, whenever the undoing was killed", async () => {
      const kills = await killEverywhere(async (killBefore) => {
        const { id, email } = await newUser()
        const to = `thief-${email}`
        const confirm = tokenFor(await run(email, ["changeEmail", to]), to)
        const undo = tokenFor(await run(email, ["confirmEmail", confirm]), email)
        const lines = await run(null, ["undoEmail", undo], killBefore)
        expect((await adapter.getUser(id))?.email).to.be.oneOf([email, to])
        const again = (await run(null, ["undoEmail", undo])).find((line) => line.result)
        expect(again?.result, `killed before call ${killBefore}`).to.deep.equal({ ok: true, email })
        expect((await adapter.getUser(id))?.email).to.equal(email)
        expect(await adapter.listSessions(id)).to.deep.equal([])
        return lines
      })
      expect(kills).to.be.above(4)
    })

    it("is there with everything, or signs no one in", async () => {
      const kills = await killEverywhere(async (killBefore) => {
        const { id, email, account } = await newUser()
        const lines = await run(email, ["delete"], killBefore)
        const user = await adapter.getUser(id)
        if (user) expect(await adapter.listAccounts(id)).to.have.lengthOf(1)
        else {
          expect(await adapter.getUserByAccount(account)).to.equal(null)
          expect(await adapter.getUserByEmail(email)).to.equal(null)
          const again = await adapter.createUserWithAccount?.(
            { id: `${id}-again`, email, emailVerified: null },
            account,
          )
          expect(await adapter.listAccounts(String(again?.id))).to.have.lengthOf(1)
          expect(await adapter.listSessions(String(again?.id))).to.deep.equal([])
        }
        return lines
      })
      expect(kills).to.be.above(1)
    })
  })
}
