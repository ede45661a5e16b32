import { expect } from "chai"
import { type AdapterParts, compose } from "express-authjs/adapters"
import { database } from "express-authjs/database"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { configErrorOf } from "../support/config-error.js"

const inAnHour = () => new Date(Date.now() + 60 * 60_000)

/** A part that keeps sessions in another adapter. */
function createSessionPart() {
  const adapter = createExtendedAdapter()
  const part = { ...adapter, getSession: async (token: string) => adapter.rows.sessions.get(token) ?? null }
  return { part, rows: adapter.rows }
}

async function createComposed() {
  const users = createExtendedAdapter()
  const { part, rows } = createSessionPart()
  const adapter = compose({ users, sessions: part, verificationTokens: part })
  const user = await adapter.createUser({ id: "ada", email: "ada@example.com", emailVerified: null })
  const session = { sessionToken: "token", userId: user.id, expires: inAnHour() }
  await adapter.createSession(session)
  return { adapter, users, rows, user, session }
}

describe("compose", () => {
  it("finds a session in one part and its user in the other", async () => {
    const { adapter, users, user, session } = await createComposed()
    expect(await adapter.getSessionAndUser("token")).to.deep.equal({ session, user })
    expect(users.rows.sessions.size).to.equal(0)
    expect(await adapter.listSessions("ada")).to.deep.equal([session])
  })

  it("takes a session without its user for none", async () => {
    const { adapter, users } = await createComposed()
    await users.deleteUser?.("ada")
    expect(await adapter.getSessionAndUser("token")).to.equal(null)
  })

  it("ends the sessions of a user who is deleted", async () => {
    const { adapter, users, rows } = await createComposed()
    await adapter.deleteUser?.("ada")
    expect(rows.sessions.size).to.equal(0)
    expect(await users.getUser?.("ada")).to.equal(null)
  })

  it("keeps a user whose sessions could not be ended", async () => {
    const users = createExtendedAdapter()
    const { part } = createSessionPart()
    const sessions = { ...part, deleteUserSessions: () => Promise.reject(new Error("down")) }
    const adapter = compose({ users, sessions })
    await adapter.createUser({ id: "ada", email: "ada@example.com", emailVerified: null })
    const failure = await Promise.resolve(adapter.deleteUser?.("ada")).catch((error: Error) => error.message)
    expect(failure).to.equal("down")
    expect(await users.getUser?.("ada")).to.include({ id: "ada" })
  })

  it("keeps passwords where the users are", async () => {
    const users = database("sqlite::memory:", { migrate: true })
    const { part } = createSessionPart()
    const adapter = compose({ users, sessions: part, verificationTokens: part })
    const { id } = await users.createUser({ id: "ada", email: "ada@example.com", emailVerified: null })
    expect(await adapter.passwords?.add(id, "hash")).to.equal(true)
    await adapter.deleteUser?.(id)
    expect(await users.passwords.get(id)).to.equal(undefined)
    await users.close()
  })

  it("keeps mailed links in their part", async () => {
    const { adapter, users, rows } = await createComposed()
    await adapter.createVerificationToken?.({ identifier: "ada", token: "t", expires: inAnHour() })
    expect([users.rows.tokens.size, rows.tokens.size]).to.deep.equal([0, 1])
  })

  it("takes methods from the users' part that no other part has", () => {
    const users = database("sqlite::memory:")
    const adapter = compose({ users })
    expect(adapter.getSessionAndUser).to.equal(users.getSessionAndUser)
    expect(adapter.renameAuthenticator).to.equal(users.renameAuthenticator)
    return users.close()
  })

  const users = createExtendedAdapter()
  const faults: [string, unknown, RegExp][] = [
    [
      "a part that lacks a method",
      { users: { ...users, getUser: undefined } },
      /METHOD: .*users\.getUser\(\)/,
    ],
    ["no users", {}, /METHOD: .*users\.createUser\(\)/],
    [
      "a whole adapter for sessions",
      { users, sessions: users },
      /METHOD: .*sessions\.getSession\(\).*leave `sessions` out/,
    ],
    [
      "links that cannot be used",
      { users, verificationTokens: { createVerificationToken() {} } },
      /METHOD: .*verificationTokens\.useVerificationToken\(\)/,
    ],
    ["an unknown part", { users, session: users }, /UNKNOWN_OPTION: .*"session"/],
  ]
  for (const [title, parts, message] of faults)
    it(`refuses ${title}`, () => {
      expect(configErrorOf(() => compose(parts as AdapterParts))).to.match(message)
    })
})
