import { expect } from "chai"
import { type ExpressAuthConfig, type LimiterStore, memoryLimiter } from "express-authjs"
import { database, migrate, sqlLimiter } from "express-authjs/database"
import Credentials from "express-authjs/providers/credentials"
import { postgres } from "../database/servers.js"
import { type AuthApp, csrfOf, useAuthApps } from "../support/auth-apps.js"
import { createGuesser, times } from "../support/guesser.js"
import { limiterPlaces } from "../support/limiter-places.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { failureOf, usePasskeyApps } from "../support/passkey-apps.js"
import { signInWithPasskey } from "../support/passkey-visitor.js"
import { passwords } from "../support/passwords.js"
import { SoftwareAuthenticator } from "../support/software-authenticator.js"
import { UserAgent } from "../support/user-agent.js"

const minute = 60
const ada = { username: "ada" }
const right = { ...ada, password: "right" }

const { start: startApp } = useAuthApps()

/** Behind one proxy, so that a test can come from anywhere. */
const start = (config: Partial<ExpressAuthConfig> = {}, trust: unknown = 1): Promise<AuthApp> =>
  startApp({ providers: [passwords()], ...config }, { before: (app) => void app.set("trust proxy", trust) })

const from = (address: string) => ({ "x-forwarded-for": address })

describe("tries with credentials", () => {
  it("end after ten that failed for one name from one address, for the right password too", async () => {
    const { url, logs } = await start()
    const { guess, guessAll } = await createGuesser(url)
    expect(await guessAll(times(12, ada))).to.deep.equal([...times(10, 401), 429, 429])
    expect(await guess(right)).to.equal(429)
    expect(await guess({ ...right, username: "grace" })).to.equal(302)
    expect(logs.map(({ level, text }) => `${level} ${text}`)).to.deep.equal([
      ...times(10, "warn CredentialsSignin"),
      ...times(3, "warn RateLimited"),
    ])
  })

  it("do not count when they succeed, and a success clears none of those that failed", async () => {
    const { url } = await start()
    const { guessAll } = await createGuesser(url)
    expect(await guessAll([...times(30, right), ...times(9, ada), ...times(5, right)])).to.deep.equal([
      ...times(30, 302),
      ...times(9, 401),
      ...times(5, 302),
    ])
    expect(await guessAll([ada, right])).to.deep.equal([401, 429])
  })

  it("are counted before they are made, so that many at once do not pass", async () => {
    let asked = 0
    const authorize = () => {
      asked++
      return null
    }
    const provider = Credentials({ credentials: { username: {}, password: {} }, authorize })
    const { url } = await start({ providers: [provider] })
    const { guess } = await createGuesser(url)
    const statuses = await Promise.all(Array.from({ length: 40 }, () => guess(ada)))
    expect(asked).to.equal(10)
    expect(statuses.filter((status) => status === 429)).to.have.length(30)
  })

  it("S22: end alike for names that exist and names that do not", async () => {
    const authorize = ({ username, password }: Record<string, unknown>) =>
      username === "ada" && password === "right" ? { id: "1" } : null
    const { url } = await start({
      providers: [Credentials({ credentials: { username: {}, password: {} }, authorize })],
    })
    const { guessAll } = await createGuesser(url)
    const known = await guessAll(times(12, ada))
    expect(await guessAll(times(12, { username: "unknown" }))).to.deep.equal(known)
  })

  it("S15: are one for every spelling of a name, and whatever else the form holds", async () => {
    const { url } = await start()
    const { guess, guessAll } = await createGuesser(url)
    const spellings = ["ada", "ADA", " ada ", "a\u200bda", "ａｄａ"].map((username) => ({ username }))
    const others = [
      { ...ada, remember: "on" },
      { ...ada, remember: "2", email: "x@example.com" },
      { username: "a\u0301d\u0308a" },
      { username: "ᴬd\u0363" },
      { ...ada, callbackUrl: "/elsewhere" },
    ]
    expect(await guessAll([...spellings, ...others])).to.deep.equal(times(10, 401))
    expect(await guess(right)).to.equal(429)
  })

  it("S15: are one for every address of a network, and for what a header says without a proxy", async () => {
    const { url } = await start()
    for (let host = 0; host < 10; host++) {
      const { guess } = await createGuesser(url, from(`2001:db8::${host}:${host}`))
      expect(await guess(ada)).to.equal(401)
    }
    expect(await (await createGuesser(url, from("2001:db8::ffff"))).guess(right)).to.equal(429)
    expect(await (await createGuesser(url, from("2001:db8:0:1::ffff"))).guess(right)).to.equal(302)
    const direct = await start({}, false)
    for (let host = 0; host < 10; host++)
      expect(await (await createGuesser(direct.url, from(`192.0.2.${host}`))).guess(ada)).to.equal(401)
    expect(await (await createGuesser(direct.url, from("192.0.2.99"))).guess(right)).to.equal(429)
  })

  it("S31: of one IPv6 /48 end after ten times what one network has, whatever the names", async () => {
    const { url } = await start({ limits: { client: { limit: 2, window: minute } } })
    const statuses = []
    for (let network = 0; network < 22; network++) {
      const { guess } = await createGuesser(url, from(`2001:db8:7:${network.toString(16)}::1`))
      statuses.push(await guess({ username: `name ${network}` }))
    }
    expect(statuses).to.deep.equal([...times(20, 401), 429, 429])
    expect(await (await createGuesser(url, from("2001:db8:8::1"))).guess(right)).to.equal(302)
  })

  it("end after a hundred for one name from anywhere", async () => {
    const { url } = await start({ limits: { name: { limit: 6, window: minute } } })
    for (let host = 0; host < 6; host++)
      expect(await (await createGuesser(url, from(`192.0.2.${host}`))).guess(ada)).to.equal(401)
    expect(await (await createGuesser(url, from("192.0.2.99"))).guess(right)).to.equal(429)
  })

  it("of one stranger do not use up what a name has from elsewhere, however many", async () => {
    const { url } = await start({ limits: { name: { limit: 12, window: minute } } })
    const stranger = await createGuesser(url, from("192.0.2.1"))
    expect((await stranger.guessAll(times(40, ada))).at(-1)).to.equal(429)
    expect(await (await createGuesser(url, from("198.51.100.7"))).guess(right)).to.equal(302)
  })

  it("for many names from one address end too, where only those that failed count", async () => {
    const { url } = await start({ limits: { client: { limit: 5, window: minute } } })
    const office = await createGuesser(url, from("192.0.2.1"))
    const people = Array.from({ length: 20 }, (_, number) => ({ username: `person ${number}` }))
    expect(await office.guessAll(people.map((person) => ({ ...person, password: "right" })))).to.deep.equal(
      times(20, 302),
    )
    expect(await office.guessAll(people.slice(0, 7))).to.deep.equal([...times(5, 401), 429, 429])
    expect(await (await createGuesser(url, from("192.0.2.2"))).guess(right)).to.equal(302)
  })

  for (const [limit, options] of [
    ["name", { name: { limit: 8, window: minute } }],
    ["nameFromClient", { nameFromClient: { limit: 8, window: minute } }],
  ] as const)
    it(`S29: of \`${limit}\` are not cleared for one account by another whose name is counted as the same`, async () => {
      let asked = 0
      const authorize = ({ username, password }: Record<string, unknown>) => {
        if (username === "alice") asked++
        return username === "al ice" && password === "own" ? { id: "2" } : null
      }
      const credentials = { username: {}, password: {} }
      const { url } = await start({ limits: options, providers: [Credentials({ credentials, authorize })] })
      const { guess } = await createGuesser(url)
      for (let turn = 0; turn < 20; turn++) {
        await guess({ username: "alice" })
        await guess({ username: "al ice", password: "own" })
      }
      expect(asked).to.equal(8)
    })

  it("are counted where authorize fails in its own way, and not where the database does", async () => {
    const { url } = await start({
      providers: [
        Credentials({
          credentials: { username: {}, password: {} },
          authorize: () => {
            throw new Error("wrong password")
          },
        }),
      ],
    })
    expect((await (await createGuesser(url)).guessAll(times(11, ada))).at(-1)).to.equal(429)

    const adapter = createMemoryAdapter()
    await adapter.createUser({ id: "1", email: "ada@example.com", emailVerified: null })
    const { createSession } = adapter
    adapter.createSession = () => Promise.reject(new Error("connection lost"))
    const app = await start({ adapter, providers: [passwords()] })
    const { guess, guessAll } = await createGuesser(app.url)
    expect(await guessAll(times(12, right))).to.not.include(429)
    adapter.createSession = createSession
    expect(await guess(right)).to.equal(302)
  })

  it("can be unlimited", async () => {
    const { url } = await start({ limits: false })
    const { guessAll } = await createGuesser(url)
    expect(await guessAll(times(120, ada))).to.deep.equal(times(120, 401))
  })

  for (const [name, openPlace] of limiterPlaces)
    it(`are one count for two processes that share a limiter in ${name}`, async () => {
      const place = await openPlace()
      const apps = [
        await start({ limiter: await place.open() }),
        await start({ limiter: await place.open() }),
      ]
      const guessers = await Promise.all(apps.map(({ url }) => createGuesser(url)))
      const turns = times(10, guessers).flat()
      const statuses = await Promise.all(turns.map(({ guess }) => guess(ada)))
      expect(statuses.filter((status) => status === 401)).to.have.length(10)
      await place.close()
    })

  it("are counted by each process itself while the store is down", async () => {
    const down = () => Promise.reject(new Error("connection lost"))
    const { url, logs } = await start({ limiter: { take: down, giveBack: down } })
    const { guessAll } = await createGuesser(url)
    expect(await guessAll([right, ...times(11, ada)])).to.deep.equal([302, ...times(10, 401), 429])
    const errors = logs.filter(({ level }) => level === "error")
    expect(errors.map(({ text }) => text)).to.deep.equal(["Error: connection lost"])
  })

  it("from a proxy that Express does not trust are logged once", async () => {
    const { url, logs } = await start({ limits: { client: { limit: 1, window: minute } } }, false)
    const { guessAll } = await createGuesser(url, from("192.0.2.1"))
    await guessAll(times(4, ada))
    expect(logs.filter(({ text }) => text === "limit-proxy")).to.deep.equal([
      { level: "warn", text: "limit-proxy" },
    ])
  })
})

describe("S29: the name that is counted is the one that authorize sees", () => {
  const form = { username: {}, password: {} }

  /** Notes every name that `authorize` was asked about. */
  async function startNoting(credentials: object = form, config: Partial<ExpressAuthConfig> = {}) {
    const asked: Record<string, unknown>[] = []
    const authorize = (typed: Record<string, unknown>) => {
      asked.push(typed)
      return typed.password === "right" ? { id: "1" } : null
    }
    const provider = Credentials({ credentials: credentials as typeof form, authorize })
    return { ...(await start({ providers: [provider], ...config })), asked }
  }

  it("refuses a field that comes twice, and does not ask authorize", async () => {
    const { url, asked } = await startNoting()
    const { guess, guessAll } = await createGuesser(url)
    const lists = Array.from({ length: 30 }, (_, turn) => ({ username: [`r${turn}`, "alice"] }))
    expect(await guessAll(lists)).to.deep.equal(times(30, 400))
    expect(await guess({ username: "ada", password: ["x", "right"] })).to.equal(400)
    expect(asked).to.deep.equal([])
    expect(await guess({ ...right, extra: ["1", "2"] })).to.equal(302)
  })

  it("counts every spelling that a collation takes for the same", async () => {
    const { url, asked } = await startNoting()
    const { guess } = await createGuesser(url)
    const letters = ["a", "á", "A", "ａ", "𝐚", "ⓐ", "a\u0336", "\u0363", "ª"]
    const statuses = []
    for (const first of letters)
      for (const last of ["ss", "ß", "SS", "ẞ", "ſs"])
        statuses.push(await guess({ username: `${first}li${last}` }))
    expect(statuses.filter((status) => status === 401)).to.have.length(10)
    expect(asked).to.have.length(10)
  })

  it("counts one emoji as any other, as MySQL used to compare them", async () => {
    const { url, asked } = await startNoting()
    const { guess } = await createGuesser(url)
    for (let turn = 0; turn < 30; turn++)
      await guess({ username: `bob${String.fromCodePoint(0x1f600 + turn)}` })
    expect(asked).to.have.length(10)
  })

  it("counts each field that can identify the user", async () => {
    const { url, asked } = await startNoting({ username: {}, email: {}, password: {} })
    const { guess } = await createGuesser(url)
    for (let turn = 0; turn < 30; turn++) await guess({ username: `r${turn}`, email: "alice@example.com" })
    expect(asked).to.have.length(10)
    expect(await guess({ username: "alice@example.com", password: "right" })).to.equal(429)
  })

  it("counts on for a name that was typed beside the one that signed in", async () => {
    const { url, asked } = await startNoting({ username: {}, email: {}, password: {} })
    const { guess } = await createGuesser(url)
    for (let turn = 0; turn < 30; turn++) {
      await guess({ email: "alice@example.com" })
      await guess({ username: "own", email: "alice@example.com", password: "right" })
    }
    expect(asked.filter(({ password }) => password === "wrong")).to.have.length(10)
  })

  it("counts a number as it counts its digits, and names without end as one", async () => {
    const { url, asked } = await startNoting()
    const client = new UserAgent({ navigate: false, headers: { accept: "application/json" } })
    const csrfToken = await csrfOf(client, url)
    const cookie = await client.cookies.getCookieString(url)
    const guess = (username: unknown) =>
      fetch(`${url}/auth/callback/credentials`, {
        method: "POST",
        redirect: "manual",
        headers: { "content-type": "application/json", accept: "application/json", cookie },
        body: JSON.stringify({ username, password: "wrong", csrfToken }),
      })
    for (let turn = 0; turn < 12; turn++) await guess(turn % 2 ? 42 : "٤٢")
    expect(asked).to.have.length(10)
    for (let turn = 0; turn < 12; turn++) await guess(`${"\u200b".repeat(2000 + turn)}alice`)
    expect(asked).to.have.length(20)
  })
})

describe("S44: a shared limiter that answers late", () => {
  it("allows sixty guesses at two processes no more than one process would", async () => {
    let asked = 0
    const authorize = () => {
      asked++
      return null
    }
    const late = memoryLimiter()
    let opened: Promise<unknown> | undefined
    const gate = async () => {
      opened ??= new Promise((resolve) => setTimeout(resolve, 2500))
      await opened
    }
    const limiter: LimiterStore = {
      take: (key, limit) => gate().then(() => late.take(key, limit)),
      peek: (key, limit) => gate().then(() => late.peek(key, limit)),
      giveBack: (key) => gate().then(() => late.giveBack(key)),
    }
    const provider = Credentials({ credentials: { username: {}, password: {} }, authorize })
    const apps = [
      await start({ providers: [provider], limiter: { ...limiter } }),
      await start({ providers: [provider], limiter: { ...limiter } }),
    ]
    const guessers = await Promise.all(apps.map(({ url }) => createGuesser(url)))
    const statuses = await Promise.all(
      times(30, guessers)
        .flat()
        .map(({ guess }) => guess(ada)),
    )
    expect(asked).to.equal(10)
    expect(statuses.filter((status) => status === 429)).to.have.length(50)
    expect(apps.flatMap(({ logs }) => logs.filter(({ level }) => level === "error"))).to.deep.equal([])
  })
})

if (postgres) {
  const openServer = postgres
  describe("S44: a shared limiter in a PostgreSQL that is read-only, like a standby", () => {
    it("locks no user out, counts in the process, and tells the log once", async () => {
      const server = await openServer()
      const writer = database(server.url)
      await migrate(writer)
      await writer.close()
      const standby = database(`${server.url}?options=-c%20default_transaction_read_only%3Don`)
      try {
        const { url, logs } = await start({ limiter: sqlLimiter(standby), limits: { client: false } })
        const { guess, guessAll } = await createGuesser(url)
        const users = Array.from({ length: 40 }, (_, user) => ({
          username: `user ${user}`,
          password: "right",
        }))
        expect(await Promise.all(users.map(guess))).to.deep.equal(times(40, 302))
        expect(await guessAll(times(12, ada))).to.deep.equal([...times(10, 401), 429, 429])
        const errors = logs.filter(({ level }) => level === "error").map(({ text }) => text)
        expect(errors.map((text) => /read-only transaction/.test(text))).to.deep.equal([true])
      } finally {
        await standby.close()
        await server.drop()
      }
    })
  })
}

describe("S31: refused tries", () => {
  const strict = { client: { limit: 5, window: minute }, nameFromClient: { limit: 3, window: minute } }

  it("write no counter, whichever limit refuses them", async () => {
    const limiter = memoryLimiter()
    const { url } = await start({ limiter, limits: { ...strict, name: { limit: 4, window: minute } } })
    const here = await createGuesser(url, from("192.0.2.1"))
    expect(await here.guessAll(times(4, ada))).to.deep.equal([401, 401, 401, 429])
    const before = limiter.size
    await here.guessAll(times(10, ada))
    expect(limiter.size).to.equal(before)
    const there = await createGuesser(url, from("192.0.2.2"))
    expect(await there.guessAll(times(2, ada))).to.deep.equal([401, 429])
    expect(limiter.size).to.equal(before + 2)
    for (let host = 3; host < 10; host++)
      expect(await (await createGuesser(url, from(`192.0.2.${host}`))).guess(ada)).to.equal(429)
    expect(limiter.size).to.equal(before + 2)
    expect(await here.guessAll(["b", "c"].map((username) => ({ username })))).to.deep.equal([401, 401])
    const full = limiter.size
    const flood = Array.from({ length: 50 }, (_, turn) => ({ username: `flood ${turn}` }))
    expect(await here.guessAll(flood)).to.deep.equal(times(50, 429))
    expect(limiter.size).to.equal(full)
  })

  it("use up nothing of what others have from the same address", async () => {
    const { url } = await start({ limits: strict })
    const { guess, guessAll } = await createGuesser(url)
    await guessAll(times(40, ada))
    expect(await guess({ ...right, username: "grace" })).to.equal(302)
  })

  it("leave no row, and neither do sign-ins that succeed", async () => {
    const db = database("sqlite::memory:", { migrate: true })
    const limiter = sqlLimiter(db)
    const counted = new Set<string>()
    const take: LimiterStore["take"] = (key, limit) => {
      counted.add(key)
      return limiter.take(key, limit)
    }
    const { url } = await start({ limiter: { ...limiter, take }, limits: strict })
    const { guess, guessAll } = await createGuesser(url)
    expect(await guess({ ...right, username: "grace" })).to.equal(302)
    const hasRow = async (key: string) => !(await limiter.peek?.(key, { limit: 1, window: minute }))?.allowed
    expect(counted.size).to.equal(3)
    for (const key of counted) expect(await hasRow(key)).to.equal(false)
    await guessAll(times(5, ada))
    counted.clear()
    expect(await guessAll(times(20, ada))).to.deep.equal(times(20, 429))
    expect(counted.size).to.equal(0)
    await db.close()
  })

  it("are counted and given back where a store of the app's own cannot peek", async () => {
    const { size: _, peek: __, ...store } = memoryLimiter()
    const { url } = await start({ limiter: store, limits: strict })
    const { guess, guessAll } = await createGuesser(url)
    expect(await guessAll(times(20, ada))).to.deep.equal([...times(3, 401), ...times(17, 429)])
    expect(await guess({ ...right, username: "grace" })).to.equal(302)
  })
})

describe("requested mails", () => {
  it("from one client address are limited, across recipients", async () => {
    const mailbox = createMailbox()
    const limiter = memoryLimiter()
    const limits = { client: { limit: 3, window: minute } }
    const { url } = await start({
      providers: [mailbox.provider],
      adapter: createMemoryAdapter(),
      limiter,
      limits,
    })
    const statuses = []
    for (let number = 0; number < 5; number++) {
      const agent = new UserAgent()
      const page = await agent.get(`${url}/auth/signin`)
      const answer = await agent.submit(page, { fields: { email: `person${number}@example.com` } })
      statuses.push(answer.status)
    }
    expect(statuses).to.deep.equal([302, 302, 302, 429, 429])
    expect(mailbox.mails).to.have.length(3)
  })
})

describe("tries with a passkey", () => {
  const { startWithUser } = usePasskeyApps()

  it("from one address are refused after a number of failures", async () => {
    const { url, device } = await startWithUser({ limits: { client: { limit: 3, window: minute } } })
    for (let turn = 0; turn < 5; turn++) await signInWithPasskey(new UserAgent(), url, device)
    const answers = []
    for (let turn = 0; turn < 5; turn++)
      answers.push(await signInWithPasskey(new UserAgent(), url, new SoftwareAuthenticator()))
    expect(answers.map(({ status }) => status)).to.deep.equal([302, 302, 302, 429, 429])
    expect(answers.slice(0, 3).map((answer) => failureOf(answer)[0])).to.deep.equal(
      times(3, "WebAuthnVerificationError"),
    )
    const late = await signInWithPasskey(new UserAgent(), url, device)
    expect(late.status).to.equal(429)
    expect(Number(late.headers.get("retry-after"))).to.be.within(1, 60)
  })
})
