import { expect } from "chai"
import type { RevocationStore, SessionRecord } from "express-authjs"

const minute = 60_000
const inFuture = () => new Date(Date.now() + 60 * minute)

let counter = 0
/** A name no other test has used: stores may be shared. */
const unique = (name: string) => `${name}-${process.pid}-${Date.now().toString(36)}-${counter++}`

async function nextMillisecond(): Promise<void> {
  const start = Date.now()
  while (Date.now() === start) await new Promise(setImmediate)
}

const record = (userId: string, values: Partial<SessionRecord> = {}): SessionRecord => ({
  id: unique("session"),
  userId,
  createdAt: new Date(Date.now() - 5 * minute),
  lastUsedAt: new Date(Date.now() - minute),
  expires: inFuture(),
  ...values,
})

/**
 * The contract of every revocation store. Skips the tests of `remember` and `list` for stores without them.
 *
 * @param create a store for one test; several may share one server
 */
export function revocationContract(
  name: string,
  create: () => RevocationStore | Promise<RevocationStore>,
  { lists = true } = {},
): void {
  describe(`the contract of revocation stores: ${name}`, () => {
    let store: RevocationStore

    beforeEach(async () => {
      store = await create()
    })

    const earlier = () => new Date(Date.now() - minute)

    it("reports no unrevoked key as revoked", async () => {
      expect(await store.isRevoked([unique("sid:a"), unique("sub:a")], new Date(0))).to.equal(false)
      expect(await store.isRevoked([], new Date(0))).to.equal(false)
    })

    it("ends sessions under a revoked key, and no others", async () => {
      const key = unique("sid:one")
      await store.revoke([key], inFuture())
      expect(await store.isRevoked([key], earlier())).to.equal(true)
      expect(await store.isRevoked([`${key}0`], earlier())).to.equal(false)
      expect(await store.isRevoked([key.slice(0, -1)], earlier())).to.equal(false)
      expect(await store.isRevoked([key.toUpperCase()], earlier())).to.equal(false)
    })

    it("ends a session when any of its keys was revoked", async () => {
      const user = unique("sub:ada")
      await store.revoke([user], inFuture())
      expect(await store.isRevoked([unique("sid:x"), user], earlier())).to.equal(true)
      expect(await store.isRevoked([user, unique("sid:x")], earlier())).to.equal(true)
    })

    it("revokes all keys of one call", async () => {
      const keys = Array.from({ length: 200 }, () => unique("sid:many"))
      await store.revoke(keys, inFuture())
      const revoked = await Promise.all(keys.map((key) => store.isRevoked([key], earlier())))
      expect(revoked.every(Boolean)).to.equal(true)
      expect(
        await store.isRevoked(
          keys
            .slice(0, 50)
            .map((key) => `${key}?`)
            .concat(keys),
          earlier(),
        ),
      ).to.equal(true)
    })

    it("takes an empty list for nothing to do", async () => {
      await store.revoke([], inFuture())
    })

    it("lets in a session that was started after the revocation", async () => {
      const key = unique("sub:ada")
      await store.revoke([key], inFuture())
      expect(await store.isRevoked([key], new Date(Date.now() + 1))).to.equal(false)
    })

    it("ends a session that was started in the very millisecond of the revocation", async () => {
      const key = unique("sub:ada")
      const start = Date.now()
      await store.revoke([key], inFuture())
      expect(await store.isRevoked([key], new Date(start))).to.equal(true)
      if (Date.now() === start) expect(await store.isRevoked([key], new Date(start + 1))).to.equal(false)
    })

    it("revoked once more, ends what was started in between", async () => {
      const key = unique("sub:ada")
      await store.revoke([key], inFuture())
      await nextMillisecond()
      const between = new Date()
      expect(await store.isRevoked([key], between)).to.equal(false)
      await nextMillisecond()
      await store.revoke([key], inFuture())
      expect(await store.isRevoked([key], between)).to.equal(true)
    })

    it("records the time that it is told, for a revocation that was delayed", async () => {
      const key = unique("sub:ada")
      const at = new Date(Date.now() - 2 * minute)
      await store.revoke([key], inFuture(), at)
      expect(await store.isRevoked([key], at)).to.equal(true)
      expect(await store.isRevoked([key], new Date(at.getTime() + 1))).to.equal(false)
      expect(await store.isRevoked([key], earlier())).to.equal(false)
    })

    it("keeps the latest time, whatever the order of the revocations", async () => {
      const key = unique("sub:ada")
      const at = new Date(Date.now() - 2 * minute)
      await store.revoke([key], inFuture())
      await store.revoke([key], inFuture(), at)
      expect(await store.isRevoked([key], earlier())).to.equal(true)
      const other = unique("sub:grace")
      await store.revoke([other], inFuture(), at)
      await store.revoke([other], inFuture())
      expect(await store.isRevoked([other], earlier())).to.equal(true)
    })

    it("does not forget early what is revoked again for a shorter time", async () => {
      const key = unique("sid:a")
      await store.revoke([key], inFuture())
      await store.revoke([key], new Date(Date.now() - 1))
      expect(await store.isRevoked([key], earlier())).to.equal(true)
    })

    it("keeps keys apart whatever characters they have", async () => {
      const odd = ["sub:Ünï 日本 👩‍💻", "sub:a:b", "sub:a|b", "sub:'; --", "sub:*", "sub:%_", "idp:x:y"].map(
        unique,
      )
      const [first = "", ...others] = odd
      await store.revoke([first], inFuture())
      expect(await store.isRevoked([first], earlier())).to.equal(true)
      expect(await store.isRevoked(others, earlier())).to.equal(false)
      await store.revoke(others, inFuture())
      for (const key of others) expect(await store.isRevoked([key], earlier()), key).to.equal(true)
    })

    it("takes long keys", async () => {
      const key = unique(`sub:${"x".repeat(300)}`)
      await store.revoke([key], inFuture())
      expect(await store.isRevoked([key], earlier())).to.equal(true)
      expect(await store.isRevoked([`${key}y`], earlier())).to.equal(false)
    })

    if (lists) describeLists(() => store)
  })
}

function describeLists(current: () => RevocationStore): void {
  const remember = async (session: SessionRecord) => current().remember?.(session)
  const list = async (userId: string) => (await current().list?.(userId)) ?? []

  it("lists the sessions of a user, the latest used first, as they were told", async () => {
    const user = unique("ada")
    const old = record(user, { lastUsedAt: new Date(Date.now() - 3 * minute) })
    const recent = record(user, {
      userAgent: "Müller's Browser/1.0",
      address: "2001:db8::1",
      providerSession: "keycloak:5c4d8f0e-0b6f-4f0c-9c5e-1d2f3a4b5c6d",
    })
    for (const session of [old, recent, record(unique("grace"))]) await remember(session)
    expect(await list(user)).to.deep.equal([recent, old])
  })

  it("lists a session used again once, with its newer state", async () => {
    const user = unique("ada")
    const session = record(user, { address: "192.0.2.1" })
    const used = { ...session, lastUsedAt: new Date(), address: "192.0.2.2" }
    await remember(session)
    await remember(used)
    expect(await list(user)).to.deep.equal([used])
  })

  it("lists nothing of a user it does not know", async () => {
    expect(await list(unique("unknown"))).to.deep.equal([])
  })

  it("lists no session that was revoked by itself or by its user", async () => {
    const [ada, grace] = [unique("ada"), unique("grace")]
    const [ended, going] = [record(ada), record(ada)]
    for (const session of [ended, going, record(grace), record(grace)]) await remember(session)
    await current().revoke([`sid:${ended.id}`, `sub:${grace}`], inFuture())
    expect((await list(ada)).map(({ id }) => id)).to.deep.equal([going.id])
    expect(await list(grace)).to.deep.equal([])
  })

  it("lists a session that its user started after all others were revoked", async () => {
    const user = unique("ada")
    await remember(record(user))
    await current().revoke([`sub:${user}`], inFuture())
    const later = record(user, { createdAt: new Date(Date.now() + 1) })
    await remember(later)
    expect((await list(user)).map(({ id }) => id)).to.deep.equal([later.id])
  })

  it("lists no session that has expired", async () => {
    const user = unique("ada")
    await remember(record(user, { expires: new Date(Date.now() - 1) }))
    expect(await list(user)).to.deep.equal([])
  })

  it("returns records whose mutation does not change it", async () => {
    const user = unique("ada")
    const session = record(user)
    await remember({ ...session })
    for (const seen of await list(user)) Object.assign(seen, { address: "changed" })
    expect(await list(user)).to.deep.equal([session])
  })
}
