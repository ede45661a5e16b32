import { expect } from "chai"
import { UserAgent } from "../support/user-agent.js"
import { grace, signInAt, useExample } from "./import-example.js"

describe("examples/roles.ts", () => {
  const example = useExample("roles.ts", { AUTH_DATABASE_URL: "sqlite::memory:" })
  after(async () => (await import("../../examples/roles.js")).db.close())

  async function signIn() {
    const agent = new UserAgent()
    const home = await signInAt(`${example().url}/`, agent)
    return { agent, user: JSON.parse(home.body) }
  }

  it("shows the admin page to admins, and changes roles from the next request on", async () => {
    const { db } = await import("../../examples/roles.js")
    const ada = await signIn()
    example().idp.persona = grace
    const other = await signIn()
    const open = async ({ agent }: typeof ada) => (await agent.get(`${example().url}/admin`)).status
    const change = async (from: typeof ada, to: typeof ada, role: string) =>
      (await from.agent.post(`${example().url}/admin/users/${to.user.id}/role`, { role })).status
    expect([ada.user.role, await open(ada)]).to.deep.equal(["member", 403])
    expect(await change(ada, ada, "admin")).to.equal(403)

    await db.updateUser({ id: ada.user.id, role: "admin" })
    expect(await open(ada)).to.equal(200)
    expect(await change(ada, other, "owner")).to.equal(400)
    expect(await change(ada, other, "admin")).to.equal(303)
    expect(await open(other)).to.equal(200)
    expect(await change(other, ada, "member")).to.equal(303)
    expect(await open(ada)).to.equal(403)
  })
})
