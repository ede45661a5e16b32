import { expect } from "chai"
import { type ExpressAuthConfig, type LimiterStore, memoryLimiter } from "express-authjs"
import { database, sqlLimiter } from "express-authjs/database"
import { useAuthApps } from "../../support/auth-apps.js"
import { textOf } from "../../support/html-form.js"
import { limiterPlaces } from "../../support/limiter-places.js"
import { createMailbox } from "../../support/mailbox.js"
import { createMemoryAdapter } from "../../support/memory-adapter.js"
import { UserAgent } from "../../support/user-agent.js"

describe("the limit of mails to one address", () => {
  const { start } = useAuthApps()

  async function startWithMail(config: Partial<ExpressAuthConfig> = {}) {
    const mailbox = createMailbox()
    const app = await start({ providers: [mailbox.provider], adapter: createMemoryAdapter(), ...config })
    return { ...app, mailbox }
  }

  async function ask(url: string, email = "ada@example.com"): Promise<string> {
    const agent = new UserAgent()
    const page = await agent.get(`${url}/auth/signin`)
    return textOf((await agent.followAll(await agent.submit(page, { fields: { email } }))).body)
  }

  for (const [name, openPlace] of limiterPlaces)
    it(`S27: is one for two processes that share a limiter in ${name}`, async () => {
      const place = await openPlace()
      const first = await startWithMail({ limiter: await place.open() })
      const second = await startWithMail({ limiter: await place.open() })
      const answers = []
      for (const { url } of [first, second, first, second, first, second, first]) answers.push(await ask(url))
      expect(first.mailbox.mails.length + second.mailbox.mails.length).to.equal(5)
      expect(new Set(answers.map((answer) => answer.replace(/127\S+|localhost\S+/g, ""))).size).to.equal(1)
      await place.close()
    })

  it("S27: is exact for requests at the same time", async () => {
    const db = database("sqlite::memory:", { migrate: true })
    const { url, mailbox } = await startWithMail({ limiter: sqlLimiter(db) })
    await Promise.all(Array.from({ length: 12 }, () => ask(url)))
    expect(mailbox.mails).to.have.length(5)
    await db.close()
  })

  it("S15: is one for every spelling of an address", async () => {
    const { url, mailbox } = await startWithMail()
    const spellings = ["ada@example.com", "ADA@Example.com", "ada+1@example.com", "ada+2@example.com"]
    for (const email of [...spellings, ...spellings, "ａda@example.com"]) await ask(url, email)
    expect(mailbox.mails).to.have.length(5)
    await ask(url, "bob@example.com")
    expect(mailbox.mails).to.have.length(6)
  })

  it("tells the store nothing that an address could be guessed from", async () => {
    const keys: string[] = []
    const memory = memoryLimiter()
    const take: LimiterStore["take"] = (key, limit) => {
      keys.push(key)
      return memory.take(key, limit)
    }
    const limiter = { ...memory, take }
    const first = await startWithMail({ limiter })
    const second = await startWithMail({
      limiter,
      secret: "another secret of at least thirty-two characters",
    })
    await ask(first.url)
    await ask(second.url)
    expect(keys.length).to.be.at.least(4)
    expect(new Set(keys).size).to.equal(keys.length)
    for (const key of keys) expect(key).to.match(/^[\w-]{43}$/)
  })

  it("is kept by each process itself while the store is down, which is logged", async () => {
    const down = () => Promise.reject(new Error("connection lost"))
    const { url, mailbox, logs } = await startWithMail({
      limiter: { take: down, giveBack: down, forget: down },
    })
    for (let turn = 0; turn < 7; turn++) await ask(url)
    expect(mailbox.mails).to.have.length(5)
    expect(logs.map(({ level, text }) => `${level} ${text}`)).to.deep.equal(["error Error: connection lost"])
  })

  it("can be changed, and switched off", async () => {
    const few = await startWithMail({ limits: { mail: false, mailPerDay: { limit: 2, window: 60 } } })
    const many = await startWithMail({ limits: false })
    for (let turn = 0; turn < 7; turn++) for (const { url } of [few, many]) await ask(url)
    expect([few.mailbox.mails.length, many.mailbox.mails.length]).to.deep.equal([2, 7])
  })
})
