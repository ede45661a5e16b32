import type { AdapterUser } from "@auth/core/adapters"
import { expect } from "chai"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import { changePassword } from "../../lib/account/change-password.js"
import { createResetToken, resetPassword } from "../../lib/account/reset-password.js"
import { type ResolvedConfig, resolveConfig } from "../../lib/config/resolve-config.js"
import { Password } from "../../lib/password/password.js"
import { mongoPlaces } from "../database/mongo-servers.js"
import { mariadb, postgres } from "../database/servers.js"
import { captureLogs } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"

type Place = () => Promise<{ url: string; drop: () => Promise<unknown> }>

const sqlite: Place = async () => ({ url: "sqlite::memory:", drop: async () => {} })
const places: (readonly [name: string, place: Place | undefined])[] = [
  ["SQLite", sqlite],
  ["PostgreSQL", postgres],
  ["MariaDB", mariadb],
  ...mongoPlaces,
]

/** Hashes that are quick to compute. */
const plain = (password: string) => `plain$${password}`
const hash = { hash: plain, verify: (password: string, stored: string) => stored === plain(password) }

const secret = "a secret of at least thirty-two characters"
const notFound = { ok: false, error: "NotFound", status: 404 }
const inAnHour = () => new Date(Date.now() + 60 * 60_000)

for (const [name, place] of places)
  for (const strategy of ["jwt", "database"] as const) {
    if (!place) continue
    describe(`passwords of users on ${name} (${strategy})`, () => {
      let db: DatabaseAdapter
      let config: ResolvedConfig
      let close: () => Promise<unknown>

      beforeEach(async () => {
        const { url, drop } = await place()
        db = database(url)
        close = () => db.close().then(drop)
        await migrate(db)
        const providers = [Password({ hash }), createMailbox().provider]
        const logger = captureLogs([])
        config = resolveConfig({ adapter: db, providers, secret, session: { strategy }, logger })
      })
      afterEach(() => close())

      async function addAda(password?: string, values: Partial<AdapterUser> = {}): Promise<AdapterUser> {
        const emailVerified = new Date(1)
        const ada = { id: "", name: "Ada Lovelace", email: "ada@example.com", emailVerified, ...values }
        const user = await db.createUser(ada)
        if (password) await db.passwords.add(user.id, plain(password))
        return user
      }

      async function startSession({ id }: AdapterUser) {
        const started = new Date(Date.now() - 1000)
        const row = { sessionToken: `token of ${id}`, userId: id, expires: inAnHour() }
        if (strategy === "database") await db.createSession(row)
        const isLive = async () =>
          strategy === "database"
            ? (await db.getSessionAndUser(row.sessionToken)) !== null
            : !(await db.revocation.isRevoked([`sub:${id}`], started))
        expect(await isLive()).to.equal(true)
        return isLive
      }

      const hashOf = async ({ id }: AdapterUser) => (await db.passwords.get(id))?.hash
      const later = async () => {}

      it("are reset with a mailed link, once, which ends all sessions", async () => {
        const user = await addAda("known to Eve")
        const isLive = await startSession(user)
        const [token, other] = [await createResetToken(user, config), await createResetToken(user, config)]
        expect(await resetPassword(token, "ada@example.com", config)).to.deep.include({
          error: "PasswordContainsName",
          status: 400,
        })
        expect(await isLive()).to.equal(true)
        expect(await resetPassword(token, "chosen by her", config)).to.deep.equal({
          ok: true,
          userId: user.id,
        })
        expect([await hashOf(user), await isLive()]).to.deep.equal([plain("chosen by her"), false])
        for (const dead of [token, other])
          expect(await resetPassword(dead, "chosen by Eve", config)).to.deep.equal(notFound)
        expect(await hashOf(user)).to.equal(plain("chosen by her"))
      })

      it("are set with a mailed link by users who have none", async () => {
        const user = await addAda()
        const token = await createResetToken(user, config)
        expect(await resetPassword(token, "chosen by her", config)).to.include({ ok: true })
        expect(await hashOf(user)).to.equal(plain("chosen by her"))
      })

      it("are reset by one of ten links used at once, and the same link used ten times", async () => {
        const user = await addAda("known to Eve")
        const token = await createResetToken(user, config)
        const others = await Promise.all(Array.from({ length: 4 }, () => createResetToken(user, config)))
        const results = await Promise.all(
          [...others, token, token, token, token, token, token].map((one, turn) =>
            resetPassword(one, `chosen by number ${turn}`, config),
          ),
        )
        expect(results.filter(({ ok }) => ok)).to.have.length(1)
        const turn = results.findIndex(({ ok }) => ok)
        expect(await hashOf(user)).to.equal(plain(`chosen by number ${turn}`))
      })

      it("are not reset after a change of the password or the address, or by nonsense", async () => {
        const user = await addAda("known to Ada")
        const first = await createResetToken(user, config)
        const { revision } = (await db.passwords.get(user.id)) ?? { revision: "" }
        await db.passwords.replace(user.id, plain("changed since"), revision)
        const second = await createResetToken(user, config)
        await db.updateUser({ id: user.id, email: "ada@example.org" })
        for (const token of [first, second, "", "nonsense", undefined, ["x"], { $ne: "" }])
          expect(await resetPassword(token, "chosen by Eve", config)).to.deep.equal(notFound)
        expect(await hashOf(user)).to.equal(plain("changed since"))
      })

      it("drop what a squatter set where the link is the first proof of the address", async () => {
        const user = await addAda("known to Eve", { emailVerified: null })
        const account = { provider: "demo", providerAccountId: "eve", type: "oauth" } as const
        await db.linkAccount({ ...account, userId: user.id })
        const isLive = await startSession(user)
        const token = await createResetToken(user, config)
        expect(await resetPassword(token, "chosen by her", config)).to.include({ ok: true })
        expect([await hashOf(user), await isLive()]).to.deep.equal([plain("chosen by her"), false])
        expect(await db.listAccounts(user.id)).to.deep.equal([])
        expect((await db.getUser(user.id))?.emailVerified).to.be.instanceOf(Date)
      })

      it("are changed by users who know them, which ends the other sessions and the links", async () => {
        const user = await addAda("known to Ada")
        const token = await createResetToken(user, config)
        let ended = 0
        const endOthers = async () => void ended++
        const change = (current: unknown, next: unknown) =>
          changePassword(user, { current, next }, config, endOthers)
        expect(await change("guessed by Eve", "chosen by Eve")).to.include({
          error: "WrongPassword",
          status: 403,
        })
        expect(await change(undefined, "chosen by Eve")).to.include({ error: "WrongPassword" })
        expect(await change("known to Ada", "password1")).to.include({ error: "PasswordCommon" })
        expect(await change("known to Ada", "short")).to.include({ error: "PasswordTooShort" })
        expect(ended).to.equal(0)
        expect(await change("known to Ada", "chosen by her")).to.deep.equal({ ok: true })
        expect([ended, await hashOf(user)]).to.deep.equal([2, plain("chosen by her")])
        expect(await resetPassword(token, "chosen by Eve", config)).to.deep.equal(notFound)
      })

      it("are changed by one of ten changes at once", async () => {
        const user = await addAda("known to Ada")
        const results = await Promise.all(
          Array.from({ length: 10 }, (_, turn) =>
            changePassword(user, { current: "known to Ada", next: `chosen, ${turn}` }, config, later),
          ),
        )
        expect(results.filter(({ ok }) => ok)).to.have.length(1)
        const turn = results.findIndex(({ ok }) => ok)
        expect(await hashOf(user)).to.equal(plain(`chosen, ${turn}`))
      })
    })
  }

describe("links that reset a password", () => {
  it("are kept as hashes, and change nothing where sessions could not be ended", async () => {
    const db = database("sqlite::memory:", { migrate: true })
    const session = { strategy: "jwt" as const }
    const shared = { adapter: db, providers: [Password({ hash })], secret, session }
    const config = resolveConfig({ ...shared, revocation: false })
    const user = await db.createUser({ id: "1", email: "ada@example.com", emailVerified: new Date(1) })
    await db.passwords.add("1", plain("known to Ada"))
    const token = await createResetToken(user, config)
    expect(await db.passwords.findToken(token)).to.equal(undefined)
    const error = await resetPassword(token, "chosen by her", config).catch((reason: unknown) => reason)
    expect(error).to.include({ code: "ERR_AUTH_INVALID_OPTION" })
    expect((await db.passwords.get("1"))?.hash).to.equal(plain("known to Ada"))
    expect(await resetPassword(token, "chosen by her", resolveConfig({ ...shared }))).to.include({ ok: true })
    await db.close()
  })
})
