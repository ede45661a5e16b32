import { expect } from "chai"
import {
  type ExpressAuthConfig,
  type LimiterStore,
  memoryLimiter,
  type VerificationRequest,
} from "express-authjs"
import { database, sqlLimiter } from "express-authjs/database"
import { useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { limiterPlaces } from "../support/limiter-places.js"
import { createMailbox } from "../support/mailbox.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { UserAgent } from "../support/user-agent.js"

describe("the limit of mails to one address", () => {
  const { start } = useAuthApps()

  type Sender = (request: VerificationRequest) => unknown

  /** @param send what the provider does beside keeping the mail */
  async function startWithMail(config: Partial<ExpressAuthConfig> = {}, send: Sender = () => {}) {
    const mailbox = createMailbox()
    const { sendVerificationRequest: keep } = mailbox.provider
    mailbox.provider.sendVerificationRequest = async (request) => {
      await send(request)
      await keep(request)
    }
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

  it("S42: is not told by the time an answer takes", async () => {
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 250))
    const { url, mailbox } = await startWithMail({ limits: { mail: { limit: 2, window: 60 } } }, slow)
    const times = []
    for (let turn = 0; turn < 4; turn++) {
      const agent = new UserAgent()
      const page = await agent.get(`${url}/auth/signin`)
      const start = performance.now()
      await agent.submit(page, { fields: { email: "ada@example.com" } })
      times.push(performance.now() - start)
    }
    expect(mailbox.mails).to.have.length(2)
    for (const time of times) expect(time).to.be.at.least(245)
  })

  it("S42: is not told by the answer, nor by what becomes of a code that is typed", async () => {
    let mailed = 0
    const read = ({ code }: VerificationRequest) => {
      mailed = Number(code)
    }
    const { url, mailbox } = await startWithMail({ limits: { mail: { limit: 1, window: 60 } } }, read)
    const seen = []
    for (let turn = 0; turn < 2; turn++) {
      const agent = new UserAgent()
      const page = await agent.get(`${url}/auth/signin`)
      const answer = await agent.submit(page, { fields: { email: "ada@example.com" } })
      const cookies = answer.setCookies.map((cookie) => cookie.replace(/=[^;]*/, ""))
      const texts = []
      let shown = await agent.followAll(answer)
      for (let guess = 1; guess <= 5; guess++) {
        const code = String((mailed + guess) % 1_000_000).padStart(6, "0")
        shown = await agent.followAll(await agent.submit(shown, { fields: { code } }))
        texts.push(textOf(shown.body))
      }
      seen.push({ status: answer.status, cookies: cookies.map(withoutAge), texts })
    }
    expect(mailbox.mails).to.have.length(1)
    expect(seen[0]?.texts[3]).to.not.equal(seen[0]?.texts[4])
    expect(seen[1]).to.deep.equal(seen[0])
  })

  it("S42: is not told by the tries that are left in a browser that asked before", async () => {
    let mailed = 0
    const read = ({ code }: VerificationRequest) => {
      mailed = Number(code)
    }
    const outcomes = []
    for (const strangers of [1, 0]) {
      const { url, mailbox } = await startWithMail({ limits: { mail: { limit: 2, window: 60 } } }, read)
      for (let stranger = 0; stranger < strangers; stranger++) await ask(url)
      const agent = new UserAgent()
      const texts = []
      for (const guesses of [3, 5]) {
        const page = await agent.get(`${url}/auth/signin`)
        let shown = await agent.followAll(await agent.submit(page, { fields: { email: "ada@example.com" } }))
        for (let guess = 1; guess <= guesses; guess++) {
          const code = String((mailed + guess) % 1_000_000).padStart(6, "0")
          shown = await agent.followAll(await agent.submit(shown, { fields: { code } }))
          texts.push(textOf(shown.body).replace(/localhost:\d+/g, ""))
        }
      }
      expect(mailbox.mails).to.have.length(2)
      outcomes.push(texts)
    }
    expect(outcomes[0]?.[6]).to.not.equal(outcomes[0]?.[7])
    expect(outcomes[0]).to.deep.equal(outcomes[1])
  })

  it("S42: is not told by the age of a cookie in a browser that asked before", async () => {
    const { url } = await startWithMail({ limits: { mail: { limit: 1, window: 60 } } }, ({ code }) => code)
    const agent = new UserAgent()
    const ask = async () => {
      const page = await agent.get(`${url}/auth/signin`)
      const { setCookies } = await agent.submit(page, { fields: { email: "ada@example.com" } })
      const cookie = setCookies.find((text) => text.startsWith("authjs.mail-code=")) ?? ""
      return Number(/Max-Age=(\d+)/.exec(cookie)?.[1])
    }
    const first = await ask()
    const { now } = Date
    try {
      Date.now = () => now() + 45_000
      expect(await ask()).to.be.closeTo(first, 15)
    } finally {
      Date.now = now
    }
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
      limiter: { take: down, giveBack: down },
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

const withoutAge = (cookie: string) => cookie.replace(/(?:Max-Age|Expires)=[^;]*/gi, "")
