import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import { type AuthApp, sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { type OAuthServer, startOAuthServer } from "../support/oauth-server.js"
import { UserAgent } from "../support/user-agent.js"
import { type MongoPlace, mongoPlaces } from "./mongo-servers.js"
import { createFolder, mariadb, postgres, type TestServer } from "./servers.js"

type Adapter = NonNullable<ExpressAuthConfig["adapter"]>

const sqliteFile = async () => {
  const { path, remove } = await createFolder()
  return { url: `sqlite:${join(path, "auth.db")}`, drop: remove }
}

const withoutStep = "an adapter that knows no such step"

const kinds: Record<string, (adapter: DatabaseAdapter) => Adapter> = {
  "user and account in one step": (adapter) => adapter,
  [withoutStep]: ({ createUserWithAccount: _, ...adapter }) => adapter,
}

/** A profile that is answered only when so many wait for it: what follows happens at once. */
function heldBack(profile: object, count: number): PromiseLike<object> {
  const waiting: ((profile: object) => unknown)[] = []
  const answer = Promise.resolve(profile)
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is awaited, once for each request
    then(resolve, reject) {
      waiting.push(() => answer.then(resolve, reject))
      if (waiting.length === count) for (const go of waiting.splice(0)) go(profile)
      return answer as never
    },
  }
}

/** Events that write to an array. */
function startTelling() {
  const told: string[] = []
  const tell =
    (event: string) =>
    ({ user }: { user: { id?: string } }) =>
      void told.push(`${event} ${user.id}`)
  return { told, events: { createUser: tell("createUser"), linkAccount: tell("linkAccount") } }
}

type Held = "linkAccount" | "createUser"

/** An adapter whose method waits until `open` is called. */
function heldBefore(method: Held, adapter: Adapter) {
  let arrive = () => {}
  let open = () => {}
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const held = async (value: never) => {
    arrive()
    await opened
    return adapter[method]?.(value)
  }
  return { adapter: { ...adapter, [method]: held } as Adapter, arrived, open }
}

/** What `createUserWithAccount` promises beside what a sign-in shows. */
function describeStep(name: string, place: TestServer | MongoPlace): void {
  describe(`createUserWithAccount on ${name}`, () => {
    const account = { provider: "plain", providerAccountId: "4711", type: "oauth" } as const
    const userOf = (email: string) => ({
      id: randomUUID(),
      email,
      emailVerified: null,
      name: "Ada",
      image: null,
    })
    let adapter: DatabaseAdapter
    let drop: () => Promise<unknown>

    beforeEach(async () => {
      const empty = await place()
      drop = empty.drop
      adapter = database(empty.url)
      await migrate(adapter)
    })
    afterEach(async () => {
      await adapter.close()
      await drop()
    })

    it("stores both", async () => {
      const user = await adapter.createUserWithAccount?.(userOf("ada@example.com"), account)
      expect(user).to.include({ email: "ada@example.com", name: "Ada" })
      expect(await adapter.getUserByAccount(account)).to.deep.equal(user)
      expect(await adapter.getUser(String(user?.id))).to.deep.equal(user)
    })

    it("stores no user where the account is another's, and no account where the address is", async () => {
      const ada = await adapter.createUserWithAccount?.(userOf("ada@example.com"), account)
      const step = adapter.createUserWithAccount ?? expect.fail("There is no such step")
      const late = await step(userOf("grace@example.com"), account).catch((error) => error)
      expect(late).to.be.instanceOf(Error)
      expect(await adapter.getUserByEmail("grace@example.com")).to.equal(null)
      const other = { ...account, providerAccountId: "4712" }
      expect(await step(userOf("ada@example.com"), other).catch((error) => error)).to.be.instanceOf(Error)
      expect(await adapter.getUserByAccount(other)).to.equal(null)
      expect(await adapter.getUserByAccount(account)).to.deep.equal(ada)
    })

    // In SQL both are one transaction.
    if (!/Mongo/.test(name)) return
    it("continues where the process ended between the two", async () => {
      const userId = "0123456789abcdef01234567"
      await adapter.linkAccount({ ...account, userId })
      const user = await adapter.createUserWithAccount?.(userOf("ada@example.com"), account)
      expect(user?.id).to.equal(userId)
      expect(await adapter.getUserByAccount(account)).to.deep.equal(user)
    })
  })
}

function describeFirstSignIn(name: string, place: TestServer | MongoPlace): void {
  for (const [kind, toAdapter] of Object.entries(kinds))
    describe(`on ${name}, ${kind}`, () => {
      const { start, keep } = useAuthApps()
      const open: DatabaseAdapter[] = []
      let url: string
      let drop: () => Promise<unknown>
      let server: OAuthServer

      beforeEach(async () => {
        const empty = await place()
        url = empty.url
        drop = empty.drop
        await migrate(connect())
        server = await startOAuthServer()
        keep(server)
      })
      afterEach(async () => {
        for (const adapter of open.splice(0)) await adapter.close()
        await drop()
      })

      function connect(): DatabaseAdapter {
        const adapter = database(url)
        open.push(adapter)
        return adapter
      }

      function startWith(adapter: Adapter, config: Partial<ExpressAuthConfig> = {}): Promise<AuthApp> {
        return start({
          adapter,
          session: { strategy: "database" },
          providers: [server.provider, { ...server.provider, id: "other" }],
          ...config,
        })
      }

      for (const [what, email] of [
        ["with an e-mail address", "ada@example.com"],
        ["without an e-mail address", undefined],
      ] as const)
        it(`makes one user, ${what}, of 24 at once in four processes' pools`, async () => {
          const created: unknown[] = []
          const events = { createUser: ({ user }: { user: { id?: string } }) => void created.push(user.id) }
          const apps = await Promise.all(
            Array.from({ length: 4 }, () => startWith(toAdapter(connect()), { events })),
          )
          const agents = Array.from({ length: 24 }, () => new UserAgent())
          server.answers.userinfo = heldBack({ id: "4711", name: "Ada", email, picture: "p" }, agents.length)
          const urlOf = (place: number) => apps[place % apps.length]?.url ?? ""
          await Promise.all(agents.map((agent, place) => signIn(agent, urlOf(place), { provider: "plain" })))
          const sessions = await Promise.all(
            agents.map((agent, place) => sessionOf(agent, urlOf(place)).then((one) => one?.user.id)),
          )
          const errors = apps.flatMap(({ logs }) => logs.filter(({ level }) => level === "error"))
          expect(errors.map(({ error }) => String((error as Error).cause ?? error))).to.deep.equal([])
          const [id] = sessions
          expect(id).to.be.a("string")
          expect(new Set(sessions)).to.deep.equal(new Set([id]))
          const [adapter] = open
          expect(await adapter?.listAccounts(String(id))).to.have.length(1)
          expect(created).to.deep.equal([id])
        })

      /** Starts an app whose adapter waits in a method until `open` is called. */
      async function startHeld(method: Held, config: Partial<ExpressAuthConfig>) {
        const { adapter, arrived, open } = heldBefore(method, toAdapter(connect()))
        const { url, logs } = await startWith(adapter, config)
        return { url, logs, agent: new UserAgent(), arrived, open }
      }

      type HeldApp = Awaited<ReturnType<typeof startHeld>>

      async function userOf(apps: readonly HeldApp[]): Promise<unknown> {
        const sessions = await Promise.all(apps.map(({ agent, url }) => sessionOf(agent, url)))
        const [first, ...others] = sessions.map((session) => session?.user.id)
        for (const other of others) expect(other).to.be.a("string").and.equal(first)
        return first
      }

      async function signInHeld(app: HeldApp) {
        const done = signIn(app.agent, app.url, { provider: "plain" })
        await Promise.race([app.arrived, done])
        return { ...app, done }
      }

      const races = ["ada@example.com", undefined].flatMap((email) => [
        { email, who: "that stored the user", order: [0, 1] },
        { email, who: "that came later", order: [1, 0] },
      ])
      for (const { email, who, order } of kind === withoutStep ? races : [])
        it(`tells of one user when the sign-in ${who} links first, ${email ?? "no address"}`, async () => {
          const { told, events } = startTelling()
          server.answers.userinfo = { id: "4711", name: "Ada", email, picture: "p" }
          const first = await signInHeld(await startHeld("linkAccount", { events }))
          const apps = [first, await signInHeld(await startHeld("linkAccount", { events }))]
          for (const place of order) {
            apps[place]?.open()
            await apps[place]?.done
          }
          const id = await userOf(apps)
          expect(told).to.deep.equal([`createUser ${id}`, `linkAccount ${id}`])
          expect(apps.flatMap(({ logs }) => logs).filter(({ level }) => level === "error")).to.deep.equal([])
        })

      it("makes one user of two mailed links that are opened at once, and tells of one", async () => {
        const mailbox = createMailbox()
        const { told, events } = startTelling()
        const config = { providers: [mailbox.provider], events }
        const apps = [await startHeld("createUser", config), await startHeld("createUser", config)]
        const done: Promise<unknown>[] = []
        for (const { url, agent, arrived } of apps) {
          await agent.submit(await agent.get(`${url}/auth/signin`), { fields: { email: "ada@example.com" } })
          done.push(agent.submit(await agent.get(mailbox.link())))
          await arrived
        }
        for (const { open } of apps) open()
        await Promise.all(done)
        expect(told).to.deep.equal([`createUser ${await userOf(apps)}`])
      })

      it("is repaired by the next one where the database failed in between", async () => {
        const adapter = toAdapter(connect())
        let fails = true
        const unlessGone =
          <Args extends unknown[], Result>(method: (...args: Args) => Result) =>
          async (...args: Args) => {
            if (fails) throw new Error("The database is gone")
            return method(...args)
          }
        const { linkAccount, updateAccount } = connect()
        const failing = {
          ...adapter,
          linkAccount: unlessGone(linkAccount),
          updateAccount: unlessGone(updateAccount),
        } as Adapter
        const image = "https://img.example/ada"
        const profile = ({ id, name, email }: Record<string, string>) => ({ id, name, email, image })
        const providers = [{ ...server.provider, profile }] as ExpressAuthConfig["providers"]
        const { url: home } = await startWith(failing, { providers })
        const ada = new UserAgent()
        await signIn(ada, home, { provider: "plain" })
        expect(await sessionOf(ada, home)).to.equal(null)
        fails = false
        await signIn(ada, home, { provider: "plain" })
        const session = await sessionOf(ada, home)
        const user = await open[0]?.getUserByEmail("ada@example.com")
        expect(session?.user.id).to.equal(user?.id)
        expect(await open[0]?.listAccounts(String(user?.id))).to.have.length(1)
        if (kind !== "user and account in one step") expect(user?.image).to.equal(image)
      })
    })
}

describe("the first sign-in with an account", () => {
  for (const describeOn of [describeFirstSignIn, describeStep]) {
    describeOn("SQLite", sqliteFile)
    if (postgres) describeOn("PostgreSQL", postgres)
    if (mariadb) describeOn("MariaDB", mariadb)
    for (const [name, place] of mongoPlaces) describeOn(name, place)
  }
})
