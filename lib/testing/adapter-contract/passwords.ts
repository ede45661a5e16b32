import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import type { PasswordStore, PasswordToken } from "../../stores/password-store.js"
import { adapterCase, addUser, inMinutes, race, type TestedAdapter, unique } from "./case.js"

type Run = (passwords: PasswordStore, adapter: TestedAdapter) => Promise<void>

/** Runs a case with the adapter's passwords. */
function passwordCase(title: string, run: Run) {
  return adapterCase(title, ["passwords", "createUser", "deleteUser"], async (adapter) => {
    assert.ok(adapter.passwords)
    await run(adapter.passwords, adapter)
  })
}

function newToken(values: Partial<PasswordToken> = {}): PasswordToken {
  const token = createHash("sha256").update(unique()).digest("hex")
  const identifier = `${unique("zoë-")}@example.com`
  return { token, identifier, record: '{"é":"🦊"}', expires: inMinutes(30), ...values }
}

async function addToken(passwords: PasswordStore, values: Partial<PasswordToken> = {}) {
  const token = newToken(values)
  await passwords.addToken(token)
  return token
}

const isTrue = (answer: unknown) => answer === true

/** Cases for passwords and the mailed links about them. */
export const passwordCases = [
  passwordCase("stores one password for each user", async (passwords, adapter) => {
    const [ada, bob] = [await addUser(adapter), await addUser(adapter)]
    const long = `$argon2id$${"A".repeat(500)}`
    assert.equal(await passwords.get(ada.id), undefined)
    assert.equal(await passwords.add(ada.id, long), true)
    assert.equal(await passwords.add(bob.id, "of Bob"), true)
    const stored = await passwords.get(ada.id)
    assert.equal(stored?.hash, long)
    assert.ok(Math.abs(Date.now() - stored.updatedAt.getTime()) < 60_000)
    assert.equal(await passwords.add(ada.id, "another"), false)
    assert.deepEqual(await passwords.get(ada.id), stored)
    assert.equal(await passwords.get(unique()), undefined)
    assert.equal(await passwords.get(`${ada.id}\0`), undefined)
  }),
  passwordCase("stores the first password of one of ten concurrent calls", async (passwords, adapter) => {
    const { id } = await addUser(adapter)
    const added = await race(10, (turn) => passwords.add(id, `hash ${turn}`))
    assert.equal(added.filter(isTrue).length, 1)
  }),
  passwordCase("replaces a password that has not changed since it was read", async (passwords, adapter) => {
    const [{ id }, other] = [await addUser(adapter), await addUser(adapter)]
    await passwords.add(id, "first")
    const first = await passwords.get(id)
    assert.ok(first)
    assert.equal(await passwords.replace(id, "second", first.revision), true)
    const second = await passwords.get(id)
    assert.equal(second?.hash, "second")
    assert.notEqual(second.revision, first.revision)
    assert.equal(await passwords.replace(id, "third", first.revision), false)
    assert.equal(await passwords.replace(other.id, "third", second.revision), false)
    assert.deepEqual(await passwords.get(id), second)
  }),
  passwordCase("replaces a password in one of ten concurrent calls", async (passwords, adapter) => {
    const { id } = await addUser(adapter)
    await passwords.add(id, "first")
    const { revision } = (await passwords.get(id)) ?? { revision: "" }
    const replaced = await race(10, (turn) => passwords.replace(id, `hash ${turn}`, revision))
    assert.equal(replaced.filter(isTrue).length, 1)
  }),
  passwordCase("deletes a password, and that of a deleted user", async (passwords, adapter) => {
    const [ada, bob, kept] = [await addUser(adapter), await addUser(adapter), await addUser(adapter)]
    for (const { id } of [ada, bob, kept]) await passwords.add(id, "hash")
    await passwords.remove(ada.id)
    await passwords.remove(ada.id)
    await adapter.deleteUser(bob.id)
    assert.equal(await passwords.get(ada.id), undefined)
    assert.equal(await passwords.get(bob.id), undefined)
    assert.equal((await passwords.get(kept.id))?.hash, "hash")
    assert.equal(await passwords.add(ada.id, "again"), true)
  }),
  passwordCase("returns a link about a password until it is taken, once", async (passwords) => {
    const link = await addToken(passwords)
    const other = await addToken(passwords, { identifier: link.identifier })
    assert.deepEqual(await passwords.findToken(link.token), link)
    assert.deepEqual(await passwords.takeToken(link.token), link)
    assert.equal(await passwords.findToken(link.token), undefined)
    assert.equal(await passwords.takeToken(link.token), undefined)
    assert.deepEqual(await passwords.findToken(other.token), other)
    assert.equal(await passwords.findToken("nonsense"), undefined)
    assert.equal(await passwords.takeToken(`${other.token}\0`), undefined)
  }),
  passwordCase("returns a link about a password to one of twenty concurrent calls", async (passwords) => {
    const { token } = await addToken(passwords)
    const taken = await race(20, () => passwords.takeToken(token))
    assert.equal(taken.length, 20)
    assert.equal(taken.filter((link) => link !== undefined).length, 1)
  }),
  passwordCase("returns no expired link about a password", async (passwords) => {
    const { token } = await addToken(passwords, { expires: inMinutes(-1) })
    assert.equal(await passwords.findToken(token), undefined)
    assert.equal(await passwords.takeToken(token), undefined)
  }),
  passwordCase(
    "deletes the links about a password of one address, and of a deleted user",
    async (passwords, adapter) => {
      const user = await addUser(adapter)
      const [mine, gone, kept] = [
        await addToken(passwords),
        await addToken(passwords, { identifier: user.email }),
        await addToken(passwords),
      ]
      await passwords.forgetTokens(mine.identifier)
      await adapter.deleteUser(user.id)
      assert.equal(await passwords.findToken(mine.token), undefined)
      assert.equal(await passwords.findToken(gone.token), undefined)
      assert.deepEqual(await passwords.findToken(kept.token), kept)
    },
  ),
]
