import { expect } from "chai"
import { auditOf, ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { compose } from "express-authjs/adapters"
import { toLines, useDatabases } from "../support/audit-apps.js"
import { secret } from "../support/auth-apps.js"
import { configErrorOf } from "../support/config-error.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"
import { passwords } from "../support/passwords.js"

const base: ExpressAuthConfig = { secret, providers: [passwords()], session: { strategy: "jwt" } }

/** The code of the error that a promise is rejected with. */
async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "no error",
    (error) => error.code,
  )
}

describe("auth.audit", () => {
  const open = useDatabases()
  const create = (options: Partial<ExpressAuthConfig> = {}) =>
    ExpressAuth({ ...base, adapter: open(), audit: true, ...options }).audit

  it("records events of the app, and lists them in parts, latest first", async () => {
    const audit = create()
    for (let count = 1; count <= 5; count++)
      await audit.record("role-changed", { userId: "1", reason: `${count}` })
    const first = await audit.list({ limit: 3 })
    expect(toLines(first)).to.deep.equal(["role-changed 3", "role-changed 4", "role-changed 5"])
    const rest = await audit.list({ limit: 3, before: first.at(-1)?.id })
    expect(toLines(rest)).to.deep.equal(["role-changed 1", "role-changed 2"])
    expect(rest[0]).to.have.all.keys("id", "event", "userId", "reason", "createdAt")
  })

  it("cuts a long reason, and refuses a name that is none", async () => {
    const audit = create()
    await audit.record("exported", { reason: "x".repeat(1000) })
    expect((await audit.list())[0]?.reason).to.have.lengthOf(100)
    for (const name of ["", "Signed in", "x".repeat(65), "a\0b"])
      expect(await codeOf(audit.record(name)), name).to.equal("ERR_AUTH_INVALID_OPTION")
  })

  it("never lists the events of all users for one who is undefined", async () => {
    const audit = create()
    await audit.record("exported", { userId: "1" })
    const options = { userId: undefined } as unknown as { userId: string }
    expect(await codeOf(audit.list(options))).to.equal("ERR_AUTH_INVALID_OPTION")
    for (const userId of ["", "1 ", "%", "2", "1\0"])
      expect(await audit.list({ userId }), userId).to.deep.equal([])
    expect(await audit.list({ userId: "1" })).to.have.lengthOf(1)
  })

  it("takes the end of a part from a query as it is", async () => {
    const audit = create()
    await audit.record("exported")
    expect(await audit.list({ before: undefined })).to.have.lengthOf(1)
    for (const before of ["", "1", ["x"], { $gt: "" }, null, "'; drop table users"])
      expect(await audit.list({ before }), JSON.stringify(before)).to.deep.equal([])
  })

  it("refuses a limit that is none", async () => {
    const audit = create()
    for (const limit of [0, -1, 1.5, 501, Number.NaN, "5" as unknown as number])
      expect(await codeOf(audit.list({ limit })), `${limit}`).to.equal("ERR_AUTH_INVALID_OPTION")
  })

  it("forgets a user", async () => {
    const audit = create()
    for (const userId of ["1", "2"]) await audit.record("exported", { userId })
    await audit.forget("1")
    expect((await audit.list()).map(({ userId }) => userId)).to.deep.equal(["2"])
  })

  it("needs the option, and a fixed configuration", async () => {
    const without = ExpressAuth({ ...base, adapter: open() }).audit
    const config = { ...base, adapter: open(), audit: true }
    const chosen = ExpressAuth(() => config).audit
    for (const audit of [without, chosen]) {
      expect(await codeOf(audit.list())).to.equal("ERR_AUTH_INVALID_OPTION")
      expect(await codeOf(audit.record("exported"))).to.equal("ERR_AUTH_INVALID_OPTION")
      expect(await codeOf(audit.forget("1"))).to.equal("ERR_AUTH_INVALID_OPTION")
    }
    expect(await auditOf(config).list()).to.deep.equal([])
  })

  it("finds the store of users in a composed adapter", async () => {
    const audit = create({ adapter: compose({ users: open() }) })
    await audit.record("exported")
    expect(await audit.list()).to.have.lengthOf(1)
  })
})

describe("the option audit", () => {
  const refusal = (options: Partial<ExpressAuthConfig>) =>
    configErrorOf(() => ExpressAuth({ ...base, ...options }))

  it("needs a store", () => {
    expect(refusal({ audit: true })).to.match(/^ERR_AUTH_MISSING_ADAPTER: `audit` needs a database/)
    expect(refusal({ audit: { days: 7 }, adapter: createMemoryAdapter() })).to.match(
      /^ERR_AUTH_ADAPTER_METHOD: `audit` needs a store/,
    )
    expect(refusal({ audit: { store: {} as never } })).to.match(
      /^ERR_AUTH_INVALID_OPTION: `audit.store` must/,
    )
  })

  it("is checked at start", () => {
    expect(refusal({ audit: { day: 7 } as never })).to.match(/"audit.day". Did you mean "audit.days"/)
    expect(refusal({ audit: { days: 0 } })).to.match(/audit.days is 0; expected a positive number/)
    expect(refusal({ audit: { networks: "no" as never } })).to.match(/`audit.networks` is "no"/)
    expect(refusal({ audit: "yes" as never })).to.match(/`audit` must be an object/)
    expect(refusal({ audit: null as never })).to.match(/`audit` must be an object/)
  })
})
