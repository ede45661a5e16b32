import assert from "node:assert/strict"
import type { AuditEvent, AuditStore } from "../../stores/audit-store.js"
import { adapterCase, addUser, inMinutes, type TestedAdapter, unique } from "./case.js"

/** Runs a case with the adapter's audit trail. */
function auditCase(title: string, run: (audit: AuditStore, adapter: TestedAdapter) => Promise<void>) {
  return adapterCase(title, ["audit"], async (adapter) => {
    assert.ok(adapter.audit)
    await run(adapter.audit, adapter)
  })
}

let sequence = 0

/** Returns an event later than all before it, with an id in the form of UUID version 7. */
function newEvent(values: Partial<AuditEvent> = {}): AuditEvent {
  const time = Date.now().toString(16).padStart(12, "0")
  const number = (sequence++ % 4096).toString(16).padStart(3, "0")
  const id = `${time.slice(0, 8)}-${time.slice(8)}-7${number}${unique().slice(18)}`
  return { id, event: "signed-in", createdAt: inMinutes(0), ...values }
}

async function add(audit: AuditStore, values: Partial<AuditEvent> = {}): Promise<AuditEvent> {
  const event = newEvent(values)
  await audit.add(event, inMinutes(60))
  return event
}

/** Cases for the audit trail. */
export const auditCases = [
  auditCase("lists events of the audit trail as added, latest first", async (audit) => {
    const userId = unique()
    const first = await add(audit, { userId })
    const facts = { provider: "demo", reason: "CredentialsSignin", device: "Firefox on Windows é🦊" }
    const second = await add(audit, { userId, ...facts, network: "2001:db8:1::/48" })
    assert.deepEqual(await audit.list({ userId, limit: 10 }), [second, first])
  }),
  auditCase("lists events of one user or one name, or of all", async (audit) => {
    const [userId, event] = [unique("Ada-é-"), unique()]
    const mine = await add(audit, { userId, event })
    const other = await add(audit, { userId: userId.toLowerCase(), event })
    const unknown = await add(audit, { event })
    await add(audit, { userId })
    assert.deepEqual(await audit.list({ event, limit: 10 }), [unknown, other, mine])
    assert.deepEqual(await audit.list({ userId, event, limit: 10 }), [mine])
    assert.deepEqual(await audit.list({ userId: unique(), limit: 10 }), [])
    assert.equal((await audit.list({ limit: 2 })).length, 2)
  }),
  auditCase("lists events in parts, none twice and none left out", async (audit) => {
    const userId = unique()
    const added: AuditEvent[] = []
    for (let count = 0; count < 7; count++) added.unshift(await add(audit, { userId }))
    const listed: AuditEvent[] = []
    for (let part = 0; part < 3; part++)
      listed.push(...(await audit.list({ userId, before: listed.at(-1)?.id, limit: 3 })))
    assert.deepEqual(listed, added)
    assert.deepEqual(await audit.list({ userId, before: listed.at(-1)?.id, limit: 3 }), [])
  }),
  auditCase("deletes the events of one user", async (audit) => {
    const [userId, other] = [unique(), unique()]
    await add(audit, { userId })
    const left = await add(audit, { userId: other })
    await audit.forget(userId)
    await audit.forget(userId)
    assert.deepEqual(await audit.list({ userId, limit: 10 }), [])
    assert.deepEqual(await audit.list({ userId: other, limit: 10 }), [left])
  }),
  adapterCase(
    "deletes the events of a deleted user, and no others",
    ["audit", "createUser", "deleteUser"],
    async (adapter) => {
      assert.ok(adapter.audit)
      const [gone, kept] = [await addUser(adapter), await addUser(adapter)]
      await add(adapter.audit, { userId: gone.id })
      const left = await add(adapter.audit, { userId: kept.id })
      await adapter.deleteUser(gone.id)
      assert.deepEqual(await adapter.audit.list({ userId: gone.id, limit: 10 }), [])
      assert.deepEqual(await adapter.audit.list({ userId: kept.id, limit: 10 }), [left])
    },
  ),
]
