import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { expect } from "chai"
import { database, migrate } from "express-authjs/database"
import { pgAdapterSchema } from "../database/foreign-schemas.js"
import { postgres, type TestDatabase, type TestServer } from "../database/servers.js"
import type { FirstSignInProcessOptions } from "../support/first-sign-in-process.js"
import { freePort } from "../support/free-port.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { until } from "../support/until.js"
import { UserAgent } from "../support/user-agent.js"

const kills = 6
/** First sign-ins at the moment of a kill, with each adapter. */
const together = 5
const seed = 4711

const adapters = ["ours", "official"] as const
type AdapterName = (typeof adapters)[number]

interface Person {
  readonly adapter: AdapterName
  readonly name: string
}

const script = fileURLToPath(new URL("../support/first-sign-in-process.ts", import.meta.url))
/** Makes the moment in which a user is stored and not linked as long as on a slow disk. */
const slowDisk = `create function rest() returns trigger language plpgsql as
  $$ begin perform pg_sleep(0.1); return new; end $$;
  create trigger rest after insert on users for each row execute function rest()`
/** What the documentation asks for beside the schema of `@auth/pg-adapter`. */
const uniqueIndexes = `create unique index on users (email);
  create unique index on accounts (provider, "providerAccountId")`

if (postgres) describeKills(postgres)

function describeKills(server: TestServer): void {
  describe("first sign-ins in a process that is killed", function () {
    this.timeout(180_000)
    const random = randomFrom(seed)
    const processes: AppProcess[] = []
    const databases = {} as Record<AdapterName, TestDatabase>
    let provider: OpenIdProvider
    let url: string

    before(async () => {
      for (const name of adapters) databases[name] = await server()
      await makeTables(databases)
      provider = await startOpenIdProvider()
    })
    after(async () => {
      for (const { kill } of processes) await kill()
      await provider?.close()
      for (const database of Object.values(databases)) await database.drop()
    })

    async function startProcesses(): Promise<() => AppProcess> {
      const { issuer, clientId, clientSecret } = provider
      const port = await freePort()
      url = `http://localhost:${port}`
      const options: FirstSignInProcessOptions = {
        port,
        provider: { id: "demo", name: "Demo", type: "oidc", issuer, clientId, clientSecret },
        databases: { ours: databases.ours.url, official: databases.official.url },
      }
      return () => {
        const started = startProcess(options)
        processes.push(started)
        return started
      }
    }

    async function signIn({ adapter, name }: Person): Promise<{ email: string } | undefined> {
      const agent = new UserAgent()
      const mount = `${url}/${adapter}`
      const leaving = await agent.submit(await agent.get(`${mount}/signin`), { formAction: /\/demo$/ })
      await signInAtProvider(agent, leaving, { name })
      return JSON.parse((await agent.get(`${mount}/session`)).body)?.user
    }

    /** Kills at a random moment after a random number of the users is stored, in a random one of the databases. */
    async function killAmid(batch: readonly Person[], app: AppProcess): Promise<void> {
      const watched = databases[random() < 0.5 ? "ours" : "official"]
      const target = (await countsOf(watched)).users + 1 + Math.floor(random() * together)
      const signIns = Promise.allSettled(batch.map(signIn))
      await until(async () => (await countsOf(watched)).users >= target)
      await new Promise((resolve) => setTimeout(resolve, random() * 30))
      await app.kill()
      await signIns
    }

    it(`repairs them: after ${kills} kills among ${kills * together * 2}, each account signs in as one user`, async () => {
      const start = await startProcesses()
      const people: Person[] = []
      let next = start()
      for (let round = 0; round < kills; round++) {
        const app = next
        next = start()
        await app.listen()
        const batch = adapters.flatMap((adapter) =>
          Array.from({ length: together }, (_, place) => ({ adapter, name: `person${round}.${place}` })),
        )
        people.push(...batch)
        await killAmid(batch, app)
      }
      const left = await countsOf(databases.official)
      expect(left.users - left.accounts, "users stored and not linked").to.be.above(0)
      for (const { query } of Object.values(databases)) await query("drop trigger rest on users")
      await next.listen()
      const users = await Promise.all(people.map(signIn))
      const emails = people.map(({ name }) => `${name}@example.com`)
      expect(users.map((user) => user?.email)).to.deep.equal(emails)
      const persons = kills * together
      const whole = { users: persons, accounts: persons, owners: persons, marked: 0 }
      for (const database of Object.values(databases)) expect(await countsOf(database)).to.deep.equal(whole)
    })
  })
}

interface Counts {
  readonly users: number
  readonly accounts: number
  readonly owners: number
  readonly marked: number
}

async function countsOf({ query }: TestDatabase): Promise<Counts> {
  const [counts] = await query(`select (select count(*)::int from users) as users,
    (select count(*)::int from accounts) as accounts,
    (select count(distinct "userId")::int from accounts) as owners,
    (select count(*)::int from users where image like 'data:%') as marked`)
  return counts as unknown as Counts
}

interface AppProcess {
  /** Makes it listen. Resolves when it does. */
  listen(): Promise<void>
  /** Kills it. Resolves when it has ended. */
  kill(): Promise<void>
}

function startProcess(options: FirstSignInProcessOptions): AppProcess {
  const flags = ["--import=tsx", "--conditions=source", script, JSON.stringify(options)]
  const child = spawn(process.execPath, flags, { stdio: ["pipe", "pipe", "inherit"] })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const said = linesOf(child)
  return {
    listen: async () => {
      await said("ready")
      child.stdin?.write("listen\n")
      await said("listening")
    },
    kill: async () => {
      child.kill("SIGKILL")
      await ended
    },
  }
}

/** Returns a function that waits until the process has printed a line. */
function linesOf({ stdout }: ChildProcess): (line: string) => Promise<void> {
  const lines = new Set<string>()
  if (stdout) createInterface(stdout).on("line", (line) => lines.add(line))
  return (line) => until(() => lines.has(line))
}

async function makeTables({ ours, official }: Record<AdapterName, TestDatabase>): Promise<void> {
  const db = database(ours.url)
  await migrate(db)
  await db.close()
  await official.query(`${pgAdapterSchema}; ${uniqueIndexes}`)
  for (const { query } of [ours, official]) await query(slowDisk)
}

/** A linear congruential generator, as in Numerical Recipes. */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
