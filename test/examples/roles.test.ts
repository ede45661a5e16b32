import { expect } from "chai"
import { type Listening, listen } from "../support/listen.js"
import type { OpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample, startSso } from "./import-example.js"

describe("examples/roles.ts", () => {
  let provider: OpenIdProvider
  let server: Listening

  before(async () => {
    const sso = await startSso()
    provider = sso.provider
    server = await listen(
      await importExample("roles.ts", { ...sso.environment, AUTH_DATABASE_URL: "sqlite::memory:" }),
    )
  })
  after(async () => {
    await Promise.all([server.close(), provider.close()])
    await (await import("../../examples/roles.js")).db.close()
  })

  async function signIn(name: string) {
    const agent = new UserAgent()
    const page = await agent.followAll(await agent.get(`${server.url}/`))
    const leaving = await agent.submit(page, { button: /Company account/ })
    const home = await agent.followAll(await signInAtProvider(agent, leaving, { name }))
    return { agent, user: JSON.parse(home.body) }
  }

  it("shows the admin page to admins, and changes roles from the next request on", async () => {
    const { db } = await import("../../examples/roles.js")
    const ada = await signIn("Ada Lovelace")
    const grace = await signIn("Grace Hopper")
    const open = async ({ agent }: typeof ada) => (await agent.get(`${server.url}/admin`)).status
    const change = async (from: typeof ada, to: typeof ada, role: string) =>
      (await from.agent.post(`${server.url}/admin/users/${to.user.id}/role`, { role })).status
    expect([ada.user.role, await open(ada)]).to.deep.equal(["member", 403])
    expect(await change(ada, ada, "admin")).to.equal(403)

    await db.updateUser({ id: ada.user.id, role: "admin" })
    expect(await open(ada)).to.equal(200)
    expect(await change(ada, grace, "owner")).to.equal(400)
    expect(await change(ada, grace, "admin")).to.equal(303)
    expect(await open(grace)).to.equal(200)
    expect(await change(grace, ada, "member")).to.equal(303)
    expect(await open(ada)).to.equal(403)
  })
})
