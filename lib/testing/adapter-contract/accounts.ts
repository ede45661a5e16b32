import assert from "node:assert/strict"
import { accountOf, adapterCase, addUser, assertFields, assertNothing, race, unique } from "./case.js"

const linking = ["createUser", "linkAccount", "getUserByAccount"] as const
const token = (length: number) => "aé🦊/+=".repeat(length).slice(0, length)

const tokens = {
  refresh_token: token(4096),
  access_token: token(4096),
  id_token: token(8192),
  scope: "openid email",
  token_type: "bearer",
  session_state: "",
  expires_at: 253_402_300_799,
} as const

const reading = [
  adapterCase("finds a user by an account", linking, async (adapter) => {
    const user = await addUser(adapter)
    const account = accountOf(user)
    await adapter.linkAccount(account)
    assertFields(await adapter.getUserByAccount(account), user)
  }),
  adapterCase("returns null for an unknown account", linking, async (adapter) => {
    const account = accountOf(await addUser(adapter))
    await adapter.linkAccount(account)
    assertNothing(await adapter.getUserByAccount({ provider: "demo", providerAccountId: unique() }))
    assertNothing(await adapter.getUserByAccount({ ...account, provider: "other" }))
  }),
  adapterCase("does not confuse accounts with similar ids", linking, async (adapter) => {
    const providerAccountId = unique("Ada-é-")
    await adapter.linkAccount(accountOf(await addUser(adapter), { providerAccountId }))
    const others = [
      `${providerAccountId} `,
      providerAccountId.toLowerCase(),
      providerAccountId.replace("é", "e"),
    ]
    for (const other of others)
      assertNothing(await adapter.getUserByAccount({ provider: "demo", providerAccountId: other }))
  }),
  adapterCase("keeps accounts of two providers apart", linking, async (adapter) => {
    const [ada, grace] = [await addUser(adapter), await addUser(adapter)]
    const account = accountOf(ada)
    await adapter.linkAccount(account)
    await adapter.linkAccount({ ...account, userId: grace.id, provider: "other" })
    assertFields(await adapter.getUserByAccount(account), { id: ada.id })
    assertFields(await adapter.getUserByAccount({ ...account, provider: "other" }), { id: grace.id })
  }),
  adapterCase(
    "keeps long tokens and times beyond 32 bits",
    ["createUser", "linkAccount", "getAccount"],
    async (adapter) => {
      const account = accountOf(await addUser(adapter), tokens)
      await adapter.linkAccount(account)
      assertFields(await adapter.getAccount(account.providerAccountId, account.provider), account)
      assertNothing(await adapter.getAccount(unique(), account.provider))
    },
  ),
  adapterCase("stores an account with only its required fields", linking, async (adapter) => {
    const user = await addUser(adapter)
    const account = accountOf(user, { type: "email", provider: "email" })
    await adapter.linkAccount(account)
    assertFields(await adapter.getUserByAccount(account), { id: user.id })
  }),
  adapterCase("ignores fields of providers that Auth.js does not define", linking, async (adapter) => {
    const user = await addUser(adapter)
    const account = { ...accountOf(user), refresh_token_expires_in: 15_897_599, "not-before-policy": 0 }
    await adapter.linkAccount(account)
    assertFields(await adapter.getUserByAccount(account), { id: user.id })
  }),
]

const writing = [
  adapterCase("links an account in one of ten concurrent calls", linking, async (adapter) => {
    const users = await Promise.all(Array.from({ length: 10 }, () => addUser(adapter)))
    const providerAccountId = unique()
    const linked = await race(10, async (turn) => {
      const user = users[turn]
      assert.ok(user)
      await adapter.linkAccount(accountOf(user, { providerAccountId }))
      return user
    })
    assert.equal(linked.length, 1)
    assertFields(await adapter.getUserByAccount({ provider: "demo", providerAccountId }), linked[0] as object)
  }),
  adapterCase("unlinks one account", [...linking, "unlinkAccount"], async (adapter) => {
    const user = await addUser(adapter)
    const [gone, left] = [accountOf(user), accountOf(user)]
    await adapter.linkAccount(gone)
    await adapter.linkAccount(left)
    const { provider, providerAccountId } = gone
    await adapter.unlinkAccount({ provider, providerAccountId })
    await adapter.unlinkAccount({ provider, providerAccountId })
    assertNothing(await adapter.getUserByAccount(gone))
    assertFields(await adapter.getUserByAccount(left), { id: user.id })
  }),
  adapterCase(
    "lists the accounts of a user",
    ["createUser", "linkAccount", "listAccounts"],
    async (adapter) => {
      const [user, other] = [await addUser(adapter), await addUser(adapter)]
      const accounts = [accountOf(user), accountOf(user, { provider: "other" })]
      for (const account of [...accounts, accountOf(other)]) await adapter.linkAccount(account)
      const listed = await adapter.listAccounts(user.id)
      const ids = (rows: typeof listed) => rows.map(({ providerAccountId }) => providerAccountId).sort()
      assert.deepEqual(ids(listed), ids(accounts))
      assert.deepEqual(await adapter.listAccounts(unique()), [])
    },
  ),
  adapterCase(
    "updates the tokens of an account and nothing else",
    ["createUser", "linkAccount", "getAccount", "updateAccount"],
    async (adapter) => {
      const account = accountOf(await addUser(adapter), tokens)
      await adapter.linkAccount(account)
      const { provider, providerAccountId } = account
      const changes = { access_token: "new", expires_at: 1 }
      await adapter.updateAccount({ provider, providerAccountId, ...changes })
      await adapter.updateAccount({ provider, providerAccountId, ...changes })
      assertFields(await adapter.getAccount(providerAccountId, provider), { ...account, ...changes })
    },
  ),
]

/** Cases for accounts. */
export const accountCases = [...reading, ...writing]
