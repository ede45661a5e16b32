import { expect } from "chai"
import type { FakeProvider, Persona } from "express-authjs/testing"
import { createEventId } from "../../lib/audit/event-id.js"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { grace, importExample, signInAt, startSso } from "./import-example.js"

describe("examples/audit-trail.ts", () => {
  let idp: FakeProvider
  let server: Listening
  let adaLovelace: Persona

  before(async () => {
    const sso = await startSso()
    idp = sso.idp
    adaLovelace = idp.persona
    const environment = { ...sso.environment, AUTH_DATABASE_URL: "sqlite::memory:" }
    server = await listen(await importExample("audit-trail.ts", environment))
  })
  after(async () => {
    await Promise.all([server.close(), idp.close()])
    await (await import("../../examples/audit-trail.js")).db.close()
  })

  it("shows users their own events, and admins those of all", async () => {
    const { db } = await import("../../examples/audit-trail.js")
    const [ada, other] = [new UserAgent(), new UserAgent()]
    const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
    const adas = await signInAt(`${server.url}/activity`, ada)
    idp.persona = grace
    await signInAt(`${server.url}/activity`, other)
    expect(adas.body).to.include("<td>signed-in</td><td>new-user</td>").and.include("127.0.0.0/24")
    expect(adas.body.match(/<tr>/g)).to.have.lengthOf(1)
    expect((await ada.get(`${server.url}/admin`)).status).to.equal(403)

    const user = await db.getUserByEmail("ada@example.com")
    await db.updateUser({ id: user?.id ?? "", role: "admin" })
    const graces = (await db.getUserByEmail("grace@example.com"))?.id ?? ""
    await ada.post(`${server.url}/admin/users/${graces}/revoke`, {}, { "user-agent": firefox })
    expect((await other.get(`${server.url}/activity`)).status).to.equal(302)
    const { body } = await ada.get(`${server.url}/admin`)
    expect(body.match(/<tr>/g)).to.have.lengthOf(3)
    expect(body).to.include(`<td>session-revoked</td><td>all</td><td>${graces}</td>`)
    expect((await ada.get(`${server.url}/admin?before=forged`)).body).to.not.include("<tr>")
  })

  it("leads admins from the latest events to older ones", async () => {
    const { db } = await import("../../examples/audit-trail.js")
    const ada = new UserAgent()
    idp.persona = adaLovelace
    await signInAt(`${server.url}/activity`, ada)
    const createdAt = new Date()
    for (let count = 0; count < 20; count++)
      await db.audit.add({ id: createEventId(), event: "exported", createdAt }, new Date(Date.now() + 60_000))
    const latest = await ada.get(`${server.url}/admin`)
    expect(latest.body.match(/<td>exported/g)).to.have.lengthOf(20)
    const [, older = ""] = /<a href="([^"]+)">Older/.exec(latest.body) ?? []
    expect((await ada.get(server.url + older)).body)
      .to.include("<td>signed-in")
      .and.not.include("exported")
  })
})
