import assert from "node:assert/strict"
import {
  accountOf,
  adapterCase,
  addUser,
  assertFields,
  assertNothing,
  inMinutes,
  newUser,
  race,
  unique,
} from "./case.js"

const finding = ["createUser", "getUser", "getUserByEmail"] as const

const reading = [
  adapterCase("finds a user by id and by e-mail, as created", finding, async (adapter) => {
    const user = newUser({ emailVerified: inMinutes(-5) })
    const created = await adapter.createUser(user)
    const expected = { ...user, id: created.id }
    assert.equal(typeof created.id, "string")
    assertFields(created, expected)
    assertFields(await adapter.getUser(created.id), expected)
    assertFields(await adapter.getUserByEmail(user.email), expected)
  }),
  adapterCase("returns missing fields of a user as null", finding, async (adapter) => {
    const { id } = await addUser(adapter, { name: null, image: null })
    assertFields(await adapter.getUser(id), { id, name: null, image: null, emailVerified: null })
  }),
  adapterCase("returns null for an unknown user", finding, async (adapter) => {
    assertNothing(await adapter.getUser(unique()))
    assertNothing(await adapter.getUser(""))
    assertNothing(await adapter.getUserByEmail(`${unique()}@example.com`))
  }),
  adapterCase("does not confuse similar e-mail addresses", finding, async (adapter) => {
    const name = unique("ada-")
    await addUser(adapter, { email: `${name}@example.com` })
    const others = [
      `${name}@example.com `,
      ` ${name}@example.com`,
      `${name}@exámple.com`,
      `${name}@example_com`,
      "%",
    ]
    for (const email of others) assertNothing(await adapter.getUserByEmail(email))
  }),
  adapterCase("stores any text unchanged", finding, async (adapter) => {
    const name = `'; drop table users; -- " \` \\ %s $1 ? :name ${"x".repeat(1000)}\n\t`
    const { id } = await addUser(adapter, { name })
    assertFields(await adapter.getUser(id), { name })
  }),
]

const changing = [
  adapterCase(
    "updates the given fields of a user and nothing else",
    ["createUser", "updateUser", "getUser"],
    async (adapter) => {
      const user = await addUser(adapter)
      const emailVerified = inMinutes(0)
      const expected = { ...user, emailVerified }
      assertFields(await adapter.updateUser({ id: user.id, emailVerified }), expected)
      assertFields(await adapter.getUser(user.id), expected)
    },
  ),
  adapterCase("sets a field of a user to null", ["createUser", "updateUser", "getUser"], async (adapter) => {
    const { id, email } = await addUser(adapter)
    await adapter.updateUser({ id, name: null })
    assertFields(await adapter.getUser(id), { name: null, email })
  }),
  adapterCase("rejects an update of an unknown user", ["updateUser"], async (adapter) => {
    await assert.rejects(async () => adapter.updateUser({ id: unique(), name: "Ada" }))
  }),
  adapterCase(
    "creates a user in one of ten concurrent calls with the same e-mail address",
    ["createUser"],
    async (adapter) => {
      const { email } = newUser()
      const created = await race(10, () => addUser(adapter, { email }))
      assert.equal(created.length, 1)
    },
  ),
]

const deleting = [
  adapterCase(
    "deletes a user with its accounts and sessions, but not those of other users",
    ["createUser", "deleteUser", "linkAccount", "createSession", "getUserByAccount", "getSessionAndUser"],
    async (adapter) => {
      const people = [await addUser(adapter), await addUser(adapter)] as const
      const [gone, left] = await Promise.all(
        people.map(async (user) => {
          const account = accountOf(user)
          const sessionToken = unique()
          await adapter.linkAccount(account)
          await adapter.createSession({ sessionToken, userId: user.id, expires: inMinutes(5) })
          return { account, sessionToken }
        }),
      )
      assert.ok(gone && left)
      await adapter.deleteUser(people[0].id)
      assertNothing(await adapter.getUser(people[0].id))
      assertNothing(await adapter.getUserByAccount(gone.account))
      assertNothing(await adapter.getSessionAndUser(gone.sessionToken))
      assertFields(await adapter.getUserByAccount(left.account), { id: people[1].id })
      assertFields((await adapter.getSessionAndUser(left.sessionToken))?.user, { id: people[1].id })
    },
  ),
  adapterCase(
    "leaves no rows of a deleted user behind",
    ["createUser", "deleteUser", "linkAccount", "createSession", "listAccounts", "listSessions"],
    async (adapter) => {
      const user = await addUser(adapter)
      await adapter.linkAccount(accountOf(user))
      await adapter.createSession({ sessionToken: unique(), userId: user.id, expires: inMinutes(5) })
      await adapter.deleteUser(user.id)
      assert.deepEqual(await adapter.listAccounts(user.id), [])
      assert.deepEqual(await adapter.listSessions(user.id), [])
    },
  ),
  adapterCase("accepts the deletion of an unknown user", ["deleteUser"], async (adapter) => {
    await adapter.deleteUser(unique())
  }),
]

/** Cases for users. */
export const userCases = [...reading, ...changing, ...deleting]
