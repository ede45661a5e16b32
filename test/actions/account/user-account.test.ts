import { expect } from "chai"
import express from "express"
import { type AccountResult, type ExpressAuthConfig, memoryRevocation } from "express-authjs"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import express4 from "express4"
import { type MongoPlace, mongoPlaces } from "../../database/mongo-servers.js"
import { mariadb, postgres, type TestServer } from "../../database/servers.js"
import { type AccountServer, useAccountServers } from "../../support/account-server.js"
import { toLines } from "../../support/audit-apps.js"

type Strategy = "jwt" | "database"
const places: [string, TestServer | MongoPlace][] = [
  ["SQLite", async () => ({ url: "sqlite::memory:", drop: async () => {} })],
  ...(postgres ? [["PostgreSQL", postgres] as [string, TestServer]] : []),
  ...(mariadb ? [["MariaDB", mariadb] as [string, TestServer]] : []),
  ...mongoPlaces.map(([name, place]) => [name, place] as [string, MongoPlace]),
]

for (const [name, place] of places) {
  const app = name === "MariaDB" ? (express4 as unknown as typeof express) : express
  for (const strategy of ["jwt", "database"] as const) describeAccount(name, { place, strategy, app })
}

interface Setting {
  place: TestServer | MongoPlace
  strategy: Strategy
  app: typeof express
}

function describeAccount(name: string, { place, strategy, app }: Setting): void {
  describe(`auth.account on ${name} with ${strategy} sessions`, () => {
    const servers = useAccountServers()
    let adapter: DatabaseAdapter
    let drop: () => Promise<void>
    before(async () => {
      const empty = await place()
      adapter = database(empty.url)
      drop = empty.drop
      await migrate(adapter)
    })
    after(() => adapter.close().then(drop))

    const start = (config: Partial<ExpressAuthConfig> = {}): Promise<AccountServer> =>
      servers.start({ adapter, session: { strategy }, ...config }, app)

    it("changes name and picture, in the database and in the session", async () => {
      const { signedIn } = await start()
      const ada = await signedIn()
      const changed = await ada.call("update", { name: " Ada King ", image: "https://example.com/ada.png" })
      expect(changed).to.deep.include({ ok: true })
      expect(await adapter.getUser(ada.id)).to.include({
        name: "Ada King",
        image: "https://example.com/ada.png",
      })
      expect(await ada.session()).to.have.nested.property("user.name", "Ada King")
      expect(await ada.call("update", { name: "", image: null })).to.have.nested.property("user.name", null)
    })

    it("changes the address when the mailed link is followed, and tells the former one", async () => {
      const { signedIn, mails } = await start()
      const ada = await signedIn()
      const to = `new-${ada.id}@example.com`
      expect(await ada.call("changeEmail", ` ${to.toUpperCase()} `)).to.deep.equal({ ok: true })
      expect((await adapter.getUser(ada.id))?.email).to.equal(ada.email)
      expect(mails.map((mail) => mail.to)).to.deep.equal([to])
      const { token } = mails[0] ?? {}
      expect(await ada.call("confirmEmail", token)).to.deep.equal({ ok: true, email: to })
      const stored = await adapter.getUser(ada.id)
      expect(stored?.email).to.equal(to)
      expect(stored?.emailVerified).to.be.a("date")
      expect(await ada.session()).to.have.nested.property("user.email", to)
      expect(mails.at(-1)).to.include({ to: ada.email })
      expect(await ada.call("confirmEmail", token), "again").to.deep.equal({ ok: true, email: to })
    })

    it("gives the former address back within a week, and ends every session", async () => {
      const { signedIn, mails } = await start()
      const ada = await signedIn()
      await ada.call("changeEmail", `thief-${ada.id}@example.com`)
      await ada.call("confirmEmail", mails[0]?.token)
      const owner = await (await start()).visitor()
      expect(await owner.call("undoEmail", mails[1]?.token)).to.deep.equal({ ok: true, email: ada.email })
      expect((await adapter.getUser(ada.id))?.email).to.equal(ada.email)
      expect(await ada.session()).to.equal(null)
    })

    it("S47: leaves the owner's undo, whatever else an intruder changes the address to", async () => {
      const { signedIn, mails } = await start()
      const ada = await signedIn()
      const tokens: (string | undefined)[] = []
      for (const name of ["first", "second"]) {
        await ada.call("changeEmail", `${name}-${ada.id}@example.com`)
        await ada.call("confirmEmail", mails.at(-1)?.token)
        tokens.push(mails.at(-1)?.token)
      }
      expect(tokens[0]).to.be.a("string")
      expect(tokens[1], "the intruder's own address gets no undo").to.equal(undefined)
      const owner = await (await start()).visitor()
      expect(await owner.call("undoEmail", tokens[0])).to.deep.include({ ok: true, email: ada.email })
      expect((await adapter.getUser(ada.id))?.email).to.equal(ada.email)
    })

    it("S47: leaves the owner's undo to two links that an intruder follows at once", async () => {
      const { signedIn, mails } = await start()
      const ada = await signedIn()
      await ada.call("changeEmail", `thief-${ada.id}@example.com`)
      await ada.call("confirmEmail", mails.at(-1)?.token)
      const owners = mails.at(-1)?.token
      for (const name of ["second", "third"]) await ada.call("changeEmail", `${name}-${ada.id}@example.com`)
      const links = mails.slice(-2).map(({ token }) => token)
      const results = await Promise.all(links.map((token) => ada.call("confirmEmail", token)))
      expect(results.map(({ ok }) => ok)).to.have.members([true, false])
      const undos = mails.filter(({ to, token }) => to.startsWith("thief-") && !links.includes(token))
      expect(undos.slice(1).map(({ token }) => token)).to.deep.equal([undefined])
      const owner = await (await start()).visitor()
      expect(await owner.call("undoEmail", owners)).to.deep.include({ ok: true, email: ada.email })
    })

    it("S48: answers alike for an address of another user, who is told", async () => {
      const { signedIn, mails } = await start()
      const grace = await signedIn("grace")
      const ada = await signedIn()
      const free = await ada.call("changeEmail", `free-${ada.id}@example.com`)
      expect(await ada.call("changeEmail", grace.email)).to.deep.equal(free)
      expect(mails.at(-1)).to.include({ to: grace.email, token: undefined })
    })

    it("refuses an address that another user took in the meantime", async () => {
      const { signedIn, mails } = await start()
      const ada = await signedIn()
      const wanted = `wanted-${ada.id}@example.com`
      await ada.call("changeEmail", wanted)
      await adapter.createUser({ id: `late-${ada.id}`, email: wanted, emailVerified: null })
      expect(await ada.call("confirmEmail", mails[0]?.token)).to.include({ error: "EmailTaken", status: 409 })
    })

    it("S46: of links for several addresses the first that is followed works", async () => {
      const { signedIn, mails } = await start()
      const ada = await signedIn()
      await ada.call("changeEmail", `one-${ada.id}@example.com`)
      await ada.call("changeEmail", `two-${ada.id}@example.com`)
      const [one, two] = mails.map(({ token }) => token)
      expect(await ada.call("confirmEmail", two)).to.include({ ok: true })
      expect(await ada.call("confirmEmail", one)).to.include({ error: "NotFound" })
    })

    it("S59: finds no session, passkey, account or link of another user", async () => {
      const { signedIn, mails } = await start({ revocation: memoryRevocation() })
      const grace = await signedIn("grace")
      const [{ id: hers = "" } = {}] = await grace.list("sessions")
      await adapter.createAuthenticator(passkeyOf(grace.id))
      await grace.call("changeEmail", `hers-${grace.id}@example.com`)
      const ada = await signedIn()
      const attempts: [string, ...unknown[]][] = [
        ["endSession", hers],
        ["endSession", "nonsense"],
        ["renamePasskey", `key-${grace.id}`, "Mine"],
        ["removePasskey", `key-${grace.id}`],
        ["removePasskey", "nonsense"],
        ["confirmEmail", mails.at(-1)?.token],
        ["confirmEmail", "nonsense"],
        ["undoEmail", mails.at(-1)?.token],
      ]
      for (const [what, ...args] of attempts)
        expect(await ada.call(what, ...args), what).to.deep.equal({
          ok: false,
          error: "NotFound",
          status: 404,
        })
      expect(await grace.session()).to.have.nested.property("user.id", grace.id)
      expect(await adapter.getAuthenticator(`key-${grace.id}`)).to.include({ userId: grace.id })
      expect((await adapter.getUser(grace.id))?.email).to.equal(grace.email)
    })

    it("lists the sessions, ends one, and ends all others", async () => {
      const { signedIn } = await start({ revocation: memoryRevocation() })
      const [desk, phone, tablet] = [await signedIn("ada"), await signedIn("ada"), await signedIn("ada")]
      const listed = await desk.list("sessions")
      expect(listed).to.have.lengthOf(3)
      const [current] = listed.filter((session) => session.current)
      const [own] = (await phone.list("sessions")).filter((session) => session.current)
      expect(await desk.call("endSession", own?.id)).to.deep.equal({ ok: true })
      expect(await phone.session()).to.equal(null)
      expect(await desk.call("endOtherSessions")).to.deep.equal({ ok: true })
      expect(await tablet.session()).to.equal(null)
      expect((await desk.list("sessions")).map(({ id }) => id)).to.deep.equal([current?.id])
    })

    it("renames and removes the user's own passkeys", async () => {
      const { signedIn } = await start()
      const ada = await signedIn()
      await adapter.linkAccount({
        ...{ userId: ada.id, type: "oidc", provider: "demo", providerAccountId: `at-demo-${ada.id}` },
      })
      await adapter.createAuthenticator(passkeyOf(ada.id))
      const key = `key-${ada.id}`
      expect(await ada.call("renamePasskey", key, "")).to.include({ error: "InvalidName" })
      expect(await ada.call("renamePasskey", key, "My <b>key</b>")).to.deep.equal({ ok: true })
      expect((await ada.list("passkeys"))[0]).to.include({ id: key, name: "My <b>key</b>" })
      expect(await ada.call("removePasskey", key)).to.deep.equal({ ok: true })
      expect(await ada.list("passkeys")).to.deep.equal([])
    })

    it("exports everything but secrets", async () => {
      const { signedIn } = await start()
      const ada = await signedIn()
      const secrets = { access_token: "at-secret", refresh_token: "rt-secret", id_token: "id-secret" }
      const account = { provider: "demo", providerAccountId: `exp-${ada.id}`, type: "oidc" } as const
      await adapter.linkAccount({ ...account, ...secrets, userId: ada.id })
      await adapter.createAuthenticator(passkeyOf(ada.id))
      const text = JSON.stringify(await ada.call("export"))
      const { data } = JSON.parse(text)
      expect(data.user).to.include({ id: ada.id, email: ada.email })
      expect(data.accounts[0]).to.include(account)
      expect(data.sessions).to.have.lengthOf(1)
      expect(data.passkeys[0]).to.include({ id: `key-${ada.id}` })
      expect(text).not.to.match(/-secret|public-key|exp-secret/)
      expect(text).not.to.include(await ada.sealed())
    })

    it("exports no column of the users that looks like a secret", async () => {
      const secrets = [
        "passwordHash",
        "totp_seed",
        "apiKey",
        "private_key",
        "pwd",
        "pin",
        "PIN_code",
        "credentials",
      ]
      const columns = { ...Object.fromEntries(secrets.map((name) => [name, "exp-secret"])), shipping: "kept" }
      const getUser = async (id: string) => {
        const user = await adapter.getUser(id)
        return user && { ...user, ...columns }
      }
      const { signedIn } = await start({ adapter: { ...adapter, getUser } })
      const result = await (await signedIn()).call("export")
      expect(JSON.stringify(result)).to.include('"shipping":"kept"').and.not.include("exp-secret")
    })

    it("records changes in the audit trail, and exports it", async () => {
      const { signedIn, mails } = await start({ audit: true })
      const [ada] = [await signedIn(), await signedIn(), await signedIn()]
      const other = (await ada.list("sessions")).find(({ current }) => !current)
      await ada.call("endSession", other?.id)
      await ada.call("endOtherSessions")
      await ada.call("changeEmail", `audited-${ada.id}@example.com`)
      await ada.call("confirmEmail", mails[0]?.token)
      const { data } = JSON.parse(JSON.stringify(await ada.call("export")))
      const events = await adapter.audit.list({ userId: ada.id, limit: 20 })
      expect(data.activity).to.deep.equal(JSON.parse(JSON.stringify(events)))
      expect(toLines(events)).to.deep.equal([
        "signed-in credentials",
        "signed-in credentials",
        "signed-in credentials",
        "session-revoked",
        "session-revoked others",
        "email-changed",
      ])
      for (const event of events) expect(event).to.include({ network: "127.0.0.0/24" })
      const { activity } = await ada.call("activity", { limit: 2 })
      expect(activity).to.deep.equal(data.activity.slice(0, 2))
      const older = await ada.call("activity", { before: events[1]?.id, userId: "another" })
      expect(older.activity).to.deep.equal(data.activity.slice(2))
    })

    it("deletes the user with every row, and the session", async () => {
      const deleted: string[] = []
      const { signedIn } = await start({
        events: { deleteUser: ({ user }) => void deleted.push(user.id) },
        callbacks: {
          deleteAccount: ({ user }) => (user.name === "staying" ? "Pay your open invoices first." : true),
        },
      })
      const ada = await signedIn()
      await adapter.linkAccount({
        ...{ userId: ada.id, type: "oidc", provider: "demo", providerAccountId: `d-${ada.id}` },
      })
      await adapter.createAuthenticator(passkeyOf(ada.id))
      await ada.call("changeEmail", `pending-${ada.id}@example.com`)
      await ada.call("update", { name: "staying" })
      expect(await ada.call("delete")).to.deep.equal({
        ...{ ok: false, error: "Refused", status: 403, message: "Pay your open invoices first." },
      })
      expect(deleted).to.deep.equal([])
      await ada.call("update", { name: "leaving" })
      expect(await ada.call("delete")).to.deep.equal({ ok: true })
      expect(deleted).to.deep.equal([ada.id])
      expect(await adapter.getUser(ada.id)).to.equal(null)
      expect(await adapter.listAccounts(ada.id)).to.deep.equal([])
      expect(await adapter.listSessions(ada.id)).to.deep.equal([])
      expect(await adapter.listAuthenticatorsByUserId(ada.id)).to.deep.equal([])
      expect(await ada.session()).to.equal(null)
      expect(await ada.call("sessions")).to.include({ error: "SessionRequired" })
    })

    it("S16: ends the sessions of a deleted user in other browsers too", async () => {
      const { signedIn } = await start()
      const [desk, phone] = [await signedIn("ada"), await signedIn("ada")]
      expect(await desk.call("delete")).to.deep.equal({ ok: true })
      expect(await phone.session()).to.equal(null)
    })
  })
}

function passkeyOf(userId: string) {
  return {
    ...{ credentialID: `key-${userId}`, userId, providerAccountId: `key-${userId}`, counter: 0 },
    ...{ credentialPublicKey: "public-key", credentialDeviceType: "singleDevice", credentialBackedUp: false },
  }
}

describe("auth.account", () => {
  const servers = useAccountServers()
  let adapter: DatabaseAdapter
  before(async () => {
    adapter = database("sqlite::memory:")
    await migrate(adapter)
  })
  after(() => adapter.close())

  it("needs a fresh sign-in to delete and to change the address", async () => {
    const { signedIn } = await servers.start({ adapter })
    const ada = await signedIn()
    for (const [name, ...args] of [
      ["delete", { maxAge: -1 }],
      ["changeEmail", "x@example.com", { maxAge: -1 }],
    ] as const)
      expect(await ada.call(name, ...args)).to.include({ error: "FreshSignInRequired", status: 401 })
  })

  it("S59: does the same work for an id of another user and for one of none, so that it takes as long", async () => {
    const asked: string[] = []
    const watched = Object.entries(adapter).map(([name, member]: [string, unknown]) => {
      if (typeof member !== "function") return [name, member]
      const method = (...args: unknown[]) => {
        asked.push(name)
        return member(...args)
      }
      return [name, method]
    })
    const { signedIn, mails } = await servers.start({
      ...{ adapter: Object.fromEntries(watched), session: { strategy: "database" } },
    })
    const grace = await signedIn("grace")
    const [{ id: hers = "" } = {}] = await grace.list("sessions")
    await adapter.createAuthenticator(passkeyOf(grace.id))
    await grace.call("changeEmail", `hers-${grace.id}@example.com`)
    const token = mails.at(-1)?.token
    const ada = await signedIn()
    const pairs: [name: string, theirs: unknown[], nonsense: unknown[]][] = [
      ["endSession", [hers], ["nonsense"]],
      ["renamePasskey", [`key-${grace.id}`, "Mine"], ["nonsense", "Mine"]],
      ["removePasskey", [`key-${grace.id}`], ["nonsense"]],
      ["confirmEmail", [token], ["nonsense"]],
      ["undoEmail", [token], ["nonsense"]],
    ]
    for (const [name, theirs, nonsense] of pairs) {
      asked.length = 0
      await ada.call(name, ...theirs)
      const forTheirs = asked.splice(0)
      await ada.call(name, ...nonsense)
      expect(asked, name).to.deep.equal(forTheirs)
    }
  })

  it("S34: refuses other sites, changes on GET, and strangers", async () => {
    const { signedIn, visitor } = await servers.start({ adapter })
    const ada = await signedIn()
    for (const name of ["update", "changeEmail", "endOtherSessions", "delete", "undoEmail"]) {
      expect(await ada.call(name, "x").from("https://evil.example"), name).to.include({ error: "CrossSite" })
      expect(await ada.get(name), name).to.include({ code: "ERR_AUTH_METHOD" })
    }
    const stranger = await visitor()
    for (const name of ["update", "delete", "sessions", "activity", "export", "confirmEmail"])
      expect(await stranger.call(name, "x"), name).to.include({ error: "SessionRequired" })
    expect(await adapter.getUser(ada.id)).to.not.equal(null)
  })

  it("S54: refuses names and pictures that could do harm", async () => {
    const { signedIn } = await servers.start({ adapter })
    const ada = await signedIn()
    for (const name of ["a\u0000b", "x".repeat(201), "evil\u202etxt", 7, { toString: "x" }, "\ud800"])
      expect(await ada.call("update", { name })).to.include({ error: "InvalidName" })
    for (const image of [
      "javascript:alert(1)",
      "data:image/svg+xml,<svg/>",
      "http://example.com/a.png",
      "//evil.example/a.png",
      "/\\evil.example",
      "https://user:password@example.com/",
      `https://example.com/${"x".repeat(2100)}`,
      ["https://example.com/"],
    ])
      expect(await ada.call("update", { image }), String(image)).to.include({ error: "InvalidImage" })
    for (const address of ["", "ada", "a@b@c", "a\n@example.com", "Ada <a@example.com>", 7, ["a@b.example"]])
      expect(await ada.call("changeEmail", address)).to.include({ error: "InvalidEmail" })
    expect(await ada.call("changeEmail", ada.email)).to.include({ error: "SameEmail" })
  })

  it("limits the mails that a user can have sent, and answers alike for a limited address", async () => {
    const { signedIn, mails } = await servers.start({ adapter })
    const ada = await signedIn()
    const results: AccountResult[] = []
    for (let count = 0; count < 6; count++)
      results.push((await ada.call("changeEmail", `victim${count}-${ada.id}@example.com`)) as AccountResult)
    expect(results.at(-1)).to.include({ error: "RateLimited", status: 429 })
    expect(mails).to.have.lengthOf(5)
  })

  it("changes nothing and says so when the mail cannot be sent", async () => {
    const sendMail = () => Promise.reject(new Error("no mail server"))
    const { signedIn } = await servers.start({ adapter, sendMail })
    const ada = await signedIn()
    expect(await ada.call("changeEmail", "away@example.com")).to.include({
      error: "MailNotSent",
      status: 503,
    })
  })

  it("says what is missing", async () => {
    const { signedIn } = await servers.start({ adapter, sendMail: undefined as never })
    const ada = await signedIn()
    expect(await ada.call("changeEmail", "x@example.com")).to.include({ code: "ERR_AUTH_INVALID_OPTION" })
    const bare = await servers.start({})
    const eve = await bare.signedIn()
    for (const name of ["update", "delete", "accounts", "changeEmail"])
      expect(await eve.call(name, {}), name).to.include({ code: "ERR_AUTH_MISSING_ADAPTER" })
    expect(await eve.call("export")).to.have.nested.property("data.user.id", eve.id)
  })

  it("reports a failing database as 503, and keeps the session", async () => {
    const failing = { ...adapter, deleteUser: () => Promise.reject(new Error("down")) }
    const { signedIn } = await servers.start({ adapter: failing, session: { strategy: "database" } })
    const ada = await signedIn()
    expect(await ada.call("delete")).to.include({ code: "ERR_AUTH_ACCOUNT", status: 503 })
    expect(await ada.session()).to.have.nested.property("user.id", ada.id)
  })
})
