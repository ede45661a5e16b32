import { expect } from "chai"
import { type Mailbox, mailbox } from "express-authjs/testing"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

describe("examples/email.ts", () => {
  let mail: Mailbox
  let server: Listening

  before(async () => {
    mail = await mailbox()
    server = await listen(await importExample("email.ts", { EMAIL_SERVER: mail.server }))
  })
  after(() => Promise.all([server.close(), mail.close()]))

  async function ask(agent: UserAgent) {
    const page = await agent.followAll(await agent.get(`${server.url}/`))
    return agent.followAll(await agent.submit(page, { fields: { email: "Ada@Example.com" } }))
  }

  it("signs in by link and by code, as the same user", async () => {
    const agents = [new UserAgent(), new UserAgent()] as const
    await ask(agents[0])
    const first = await mail.next({ to: "ada@example.com" })
    expect(first.subject).to.match(/^Sign in to localhost:\d+$/)
    expect(first.html).to.include("#0a6b4f")
    const byLink = await agents[0].submit(await agents[0].get(first.link))
    const page = await ask(agents[1])
    const { code } = await mail.next({ to: "ada@example.com" })
    const byCode = await agents[1].submit(page, { fields: { code } })
    for (const [n, done] of [byLink, byCode].entries())
      expect((await agents[n]?.followAll(done))?.body).to.equal("Hello ada@example.com")
  })
})
