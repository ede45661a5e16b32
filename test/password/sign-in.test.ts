import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import { Password, type PasswordOptions } from "../../lib/password/password.js"
import { scryptHash } from "../../lib/password/scrypt-hash.js"
import { mongoPlaces } from "../database/mongo-servers.js"
import { mariadb, postgres } from "../database/servers.js"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { csrfOf, sessionOf, useAuthApps } from "../support/auth-apps.js"
import { configErrorOf } from "../support/config-error.js"
import { createMailbox } from "../support/mailbox.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

type Place = () => Promise<{ url: string; drop: () => Promise<unknown> }>

const places: (readonly [name: string, place: Place | undefined])[] = [
  ["SQLite", async () => ({ url: "sqlite::memory:", drop: async () => {} })],
  ["PostgreSQL", postgres],
  ["MariaDB", mariadb],
  ...mongoPlaces,
]

/** Costs a thousandth of the real one. */
const quick = (password: string) => scryptHash(password, { ln: 7, r: 8, p: 1 })

/** Hashes that are quick to compute, as of another library: no `$scrypt$`. */
const plain = (password: string) => `plain$${password}`
const verify: NonNullable<PasswordOptions["hash"]>["verify"] = (password, hash) => hash === plain(password)
const hash = { hash: plain, verify }

const failure = "/auth/signin?error=CredentialsSignin&code=credentials"

describe("sign-in with Password()", () => {
  const { start } = useAuthApps()
  const opened: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const close of opened.splice(0)) await close()
  })

  async function open(place: Place): Promise<DatabaseAdapter> {
    const { url, drop } = await place()
    const db = database(url)
    opened.push(() => db.close().then(drop))
    await migrate(db)
    return db
  }

  /** An app on SQLite, or another database, with Ada, whose password has a hash. */
  async function meet(
    stored: string,
    { place = places[0]?.[1], options = {}, ...config }: Partial<ExpressAuthConfig> & Meeting = {},
  ) {
    if (!place) throw new Error("No database")
    const db = await open(place)
    const ada = { id: "", name: "Ada", email: "ada@example.com", emailVerified: new Date(1) }
    const user = await db.createUser({ ...ada, ...config.user })
    await db.passwords.add(user.id, stored)
    const providers = [Password(options), ...(config.providers ?? [])]
    const { user: _, ...rest } = config
    const app = await start({ adapter: db, ...rest, providers })
    const enter = async (email: string, password: string, agent = new UserAgent()) => {
      const page = await agent.get(`${app.url}/auth/signin`)
      const fields = { email, password }
      const answer = await agent.submit(page, { formAction: /callback\/password$/, fields })
      const target = redirectTarget(answer)?.slice(app.url.length)
      return { agent, status: answer.status, target, session: await sessionOf(agent, app.url) }
    }
    return { ...app, db, user, enter }
  }

  interface Meeting {
    place?: Place | undefined
    options?: PasswordOptions
    user?: { emailVerified: null }
  }

  for (const [name, place] of places)
    for (const strategy of ["jwt", "database"] as const) {
      if (!place) continue
      it(`signs in, refuses a wrong password, and renews the hash on ${name} (${strategy})`, async () => {
        const stored = await quick("correct horse")
        const { db, user, enter } = await meet(stored, { place, session: { strategy } })
        const wrong = await enter("ada@example.com", "correct horsE")
        expect([wrong.target, wrong.session]).to.deep.equal([failure, null])
        expect((await db.passwords.get(user.id))?.hash).to.equal(stored)
        const right = await enter(" Ada@Example.com ", "correct\u00a0horse")
        expect(right.target).to.equal("/")
        expect(right.session?.user).to.include({ id: user.id, email: "ada@example.com" })
        const renewed = (await db.passwords.get(user.id))?.hash
        expect(renewed).to.match(/^\$scrypt\$ln=17,/)
        expect((await enter("ada@example.com", "correct horse")).session?.user.id).to.equal(user.id)
        expect((await db.passwords.get(user.id))?.hash).to.equal(renewed)
      })
    }

  it("answers unknown addresses, users without a password and wrong passwords alike, after as much work", async () => {
    const verified: string[] = []
    const counting = {
      hash: plain,
      verify: (password: string, stored: string) => {
        verified.push(stored.slice(0, 6))
        return verify(password, stored)
      },
    }
    const { db, enter } = await meet(plain("correct horse"), { options: { hash: counting } })
    await db.createUser({ id: "bob", email: "bob@example.com", emailVerified: null })
    const attempts: [string, string][] = [
      ["ada@example.com", "wrong horse"],
      ["bob@example.com", "correct horse"],
      ["eve@example.com", "correct horse"],
      ["no address", "correct horse"],
      ["ada@example.com", "correct\0horse"],
      ["ada@example.com", ""],
      ["", ""],
    ]
    for (const [email, password] of attempts) {
      verified.length = 0
      const { target, session } = await enter(email, password)
      expect([target, session, verified], email).to.deep.equal([failure, null, ["plain$"]])
    }
  })

  it("takes no array or object for an address or a password", async () => {
    const { url } = await meet(plain("correct horse"), { options: { hash } })
    const client = new UserAgent({ navigate: false, headers: { accept: "application/json" } })
    const csrfToken = await csrfOf(client, url)
    for (const form of [
      { csrfToken, "email[$ne]": "", password: "correct horse" },
      { csrfToken, email: "ada@example.com", "password[$ne]": "" },
      { csrfToken, email: "ada@example.com" },
    ])
      expect((await client.post(`${url}/auth/callback/password`, form)).status).to.equal(401)
  })

  it("limits wrong passwords for one address, known or not", async () => {
    const { enter } = await meet(plain("correct horse"), {
      options: { hash },
      limits: { nameFromClient: { limit: 2, window: 60 } },
    })
    for (const email of ["ada@example.com", "eve@example.com"]) {
      for (let attempt = 0; attempt < 2; attempt++)
        expect((await enter(email, "wrong horse")).target).to.equal(failure)
      expect(await enter(email, "correct horse")).to.include({ status: 429, session: null })
    }
  })

  it("lets no session outlive a password that was replaced while it was verified", async () => {
    for (const strategy of ["jwt", "database"] as const) {
      const replaced: (() => Promise<unknown>)[] = []
      const slow = {
        hash: plain,
        verify: async (password: string, stored: string) => {
          const isRight = verify(password, stored)
          await replaced.pop()?.()
          return isRight
        },
      }
      const { db, user, enter } = await meet(plain("known to Eve"), {
        options: { hash: slow },
        session: { strategy },
      })
      replaced.push(async () => {
        const { revision } = (await db.passwords.get(user.id)) ?? { revision: "" }
        await db.passwords.replace(user.id, plain("chosen by Ada"), revision)
        await db.deleteUserSessions(user.id)
      })
      const eve = await enter("ada@example.com", "known to Eve")
      expect([eve.target, eve.session]).to.deep.equal(["/auth/error?error=Expired", null])
      expect(await db.listSessions(user.id)).to.deep.equal([])
      expect((await enter("ada@example.com", "chosen by Ada")).session?.user.id).to.equal(user.id)
    }
  })

  it("never brings back a password that was replaced while its hash was renewed", async () => {
    const replaced: (() => Promise<unknown>)[] = []
    const rising = {
      verify,
      needsRehash: () => true,
      hash: async (password: string) => {
        await replaced.pop()?.()
        return plain(password)
      },
    }
    const { db, user, enter } = await meet(plain("known to Eve"), { options: { hash: rising } })
    replaced.push(async () => {
      const { revision } = (await db.passwords.get(user.id)) ?? { revision: "" }
      await db.passwords.replace(user.id, plain("chosen by Ada"), revision)
    })
    expect((await enter("ada@example.com", "known to Eve")).session).to.equal(null)
    expect((await db.passwords.get(user.id))?.hash).to.equal(plain("chosen by Ada"))
  })

  it("signs in twice at once while both renew the hash", async () => {
    const { db, user, enter } = await meet("old$correct horse", {
      options: {
        hash: {
          hash: (password) => `new$${Math.random()}$${password}`,
          verify: (password, stored) => stored.endsWith(`$${password}`),
          needsRehash: (stored) => stored.startsWith("old$"),
        },
      },
    })
    const both = await Promise.all([1, 2].map(() => enter("ada@example.com", "correct horse")))
    expect(both.map(({ session }) => session?.user.id)).to.deep.equal([user.id, user.id])
    expect((await db.passwords.get(user.id))?.hash).to.match(/^new\$/)
  })

  it("refuses a hash that it cannot read as a wrong password, and logs it", async () => {
    const { logs, enter } = await meet("$2b$10$of bcrypt")
    expect((await enter("ada@example.com", "correct horse")).target).to.equal(failure)
    expect(logs.map(({ error }) => Reflect.get(Object(error), "code"))).to.include("ERR_AUTH_PASSWORD")
  })

  it("answers 503 while the database is down, and counts no failure", async () => {
    const { db, enter } = await meet(plain("correct horse"), {
      options: { hash },
      limits: { nameFromClient: { limit: 1, window: 60 } },
    })
    const { get } = db.passwords
    db.passwords.get = () => Promise.reject(new Error("down"))
    expect((await enter("ada@example.com", "wrong horse")).target).to.include("error=Unavailable")
    db.passwords.get = get
    expect((await enter("ada@example.com", "correct horse")).target).to.equal("/")
  })

  for (const strategy of ["jwt", "database"] as const)
    it(`drops a squatter's password and sessions when the owner proves the address (${strategy})`, async () => {
      const mailbox = createMailbox()
      const { url, db, user, logs, enter } = await meet(plain("known to Eve"), {
        ...{ options: { hash }, session: { strategy }, user: { emailVerified: null } },
        providers: [mailbox.provider],
      })
      const eve = await enter("ada@example.com", "known to Eve")
      expect(eve.session?.user.id).to.equal(user.id)
      const ada = new UserAgent()
      const form = { csrfToken: await csrfOf(ada, url), email: "ada@example.com" }
      await ada.post(`${url}/auth/signin/email`, form)
      await ada.submit(await ada.get(mailbox.link()))
      expect((await sessionOf(ada, url))?.user.id).to.equal(user.id)
      expect(await sessionOf(eve.agent, url)).to.equal(null)
      expect(await db.passwords.get(user.id)).to.equal(undefined)
      expect((await enter("ada@example.com", "known to Eve")).session).to.equal(null)
      expect(logs.map(({ text }) => text)).to.not.include("first-proof")
    })
})

describe("Password()", () => {
  for (const [options, code] of [
    [{ minLenght: 10 }, "ERR_AUTH_UNKNOWN_OPTION"],
    [{ minLength: 7 }, "ERR_AUTH_INVALID_OPTION"],
    [{ minLength: Number.NaN }, "ERR_AUTH_INVALID_OPTION"],
    [{ maxLength: 32 }, "ERR_AUTH_INVALID_OPTION"],
    [{ maxLength: 5000 }, "ERR_AUTH_INVALID_OPTION"],
    [{ hash: { hash: String } }, "ERR_AUTH_INVALID_OPTION"],
  ] as const)
    it(`refuses ${JSON.stringify(options)} at start`, () =>
      expect(configErrorOf(() => Password(options as PasswordOptions))).to.include(code))

  it("needs an adapter that stores passwords", async () => {
    const { ExpressAuth } = await import("express-authjs")
    const secret = "a secret of at least thirty-two characters"
    const codes = [undefined, createExtendedAdapter()].map(
      (adapter) =>
        configErrorOf(() =>
          ExpressAuth({ secret, providers: [Password()], ...(adapter && { adapter }) }),
        ).split(":")[0],
    )
    expect(codes).to.deep.equal(["ERR_AUTH_MISSING_ADAPTER", "ERR_AUTH_ADAPTER_METHOD"])
  })
})
