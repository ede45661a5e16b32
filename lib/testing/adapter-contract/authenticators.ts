import assert from "node:assert/strict"
import type { AdapterAuthenticator } from "@auth/core/adapters"
import {
  accountOf,
  adapterCase,
  addUser,
  assertFields,
  assertNothing,
  race,
  type TestedAdapter,
  unique,
} from "./case.js"

const keeping = ["createUser", "createAuthenticator", "getAuthenticator"] as const

function newAuthenticator(userId: string, values: Partial<AdapterAuthenticator> = {}): AdapterAuthenticator {
  const credentialID = unique("Ab+/=")
  return {
    credentialID,
    userId,
    providerAccountId: credentialID,
    credentialPublicKey: "pQECAyYgASFYIA".repeat(40),
    counter: 0,
    credentialDeviceType: "multiDevice",
    credentialBackedUp: true,
    transports: "internal,hybrid",
    ...values,
  }
}

async function addAuthenticator(adapter: TestedAdapter, values: Partial<AdapterAuthenticator> = {}) {
  const { id } = await addUser(adapter)
  const row = newAuthenticator(id, values)
  await adapter.createAuthenticator(row)
  return row
}

const reading = [
  adapterCase("finds a passkey as created", keeping, async (adapter) => {
    const first = await addAuthenticator(adapter)
    const second = await addAuthenticator(adapter, { credentialBackedUp: false, transports: null })
    assertFields(await adapter.getAuthenticator(first.credentialID), first)
    assertFields(await adapter.getAuthenticator(second.credentialID), second)
  }),
  adapterCase("finds a passkey with the longest possible id", keeping, async (adapter) => {
    const row = await addAuthenticator(adapter, { credentialID: unique().padEnd(1364, "A") })
    assertFields(await adapter.getAuthenticator(row.credentialID), row)
  }),
  adapterCase("returns null for an unknown passkey", keeping, async (adapter) => {
    const { credentialID } = await addAuthenticator(adapter)
    for (const other of [unique(), credentialID.toLowerCase(), `${credentialID} `])
      assertNothing(await adapter.getAuthenticator(other))
  }),
  adapterCase("lists the passkeys of a user", [...keeping, "listAuthenticatorsByUserId"], async (adapter) => {
    const row = await addAuthenticator(adapter)
    await addAuthenticator(adapter)
    const listed = await adapter.listAuthenticatorsByUserId(row.userId)
    assert.equal(listed.length, 1)
    assertFields(listed[0], row)
    assert.deepEqual(await adapter.listAuthenticatorsByUserId(unique()), [])
  }),
]

const writing = [
  adapterCase("registers a passkey in one of ten concurrent calls", keeping, async (adapter) => {
    const { id } = await addUser(adapter)
    const row = newAuthenticator(id)
    const created = await race(10, () => adapter.createAuthenticator(row))
    assert.equal(created.length, 1)
  }),
  adapterCase(
    "stores counters of up to 32 bits",
    [...keeping, "updateAuthenticatorCounter"],
    async (adapter) => {
      const row = await addAuthenticator(adapter)
      const expected = { ...row, counter: 4_294_967_295 }
      assertFields(await adapter.updateAuthenticatorCounter(row.credentialID, expected.counter), expected)
      assertFields(await adapter.getAuthenticator(row.credentialID), expected)
    },
  ),
  adapterCase("rejects a counter of an unknown passkey", ["updateAuthenticatorCounter"], async (adapter) => {
    await assert.rejects(async () => adapter.updateAuthenticatorCounter(unique(), 1))
  }),
  adapterCase("renames a passkey", [...keeping, "renameAuthenticator"], async (adapter) => {
    const row = await addAuthenticator(adapter)
    const expected = { ...row, name: "Zoë's phone 📱" }
    assertFields(await adapter.renameAuthenticator(row.credentialID, expected.name), expected)
    assertFields(await adapter.getAuthenticator(row.credentialID), expected)
    await assert.rejects(async () => adapter.renameAuthenticator(unique(), "Ada's"))
  }),
  adapterCase(
    "deletes one passkey and its account",
    [...keeping, "deleteAuthenticator", "linkAccount", "getAccount"],
    async (adapter) => {
      const user = await addUser(adapter)
      const [gone, left] = [newAuthenticator(user.id), newAuthenticator(user.id)]
      for (const { credentialID: providerAccountId, ...row } of [gone, left]) {
        await adapter.createAuthenticator({ ...row, credentialID: providerAccountId })
        await adapter.linkAccount(
          accountOf(user, { type: "webauthn", provider: "passkey", providerAccountId }),
        )
      }
      await adapter.deleteAuthenticator(gone.credentialID)
      await adapter.deleteAuthenticator(gone.credentialID)
      assertNothing(await adapter.getAuthenticator(gone.credentialID))
      assertNothing(await adapter.getAccount(gone.providerAccountId, "passkey"))
      assertFields(await adapter.getAuthenticator(left.credentialID), left)
      assertFields(await adapter.getAccount(left.providerAccountId, "passkey"), { userId: user.id })
    },
  ),
  adapterCase(
    "deletes a user's passkeys with the user",
    [...keeping, "deleteUser", "listAuthenticatorsByUserId"],
    async (adapter) => {
      const row = await addAuthenticator(adapter)
      await adapter.deleteUser(row.userId)
      assertNothing(await adapter.getAuthenticator(row.credentialID))
      assert.deepEqual(await adapter.listAuthenticatorsByUserId(row.userId), [])
    },
  ),
]

/** Cases for authenticators. */
export const authenticatorCases = [...reading, ...writing]
