import { expect } from "chai"
import { type Listening, listen } from "../support/listen.js"
import { type MailServer, startMailServer } from "../support/mail-server.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

describe("examples/email.ts", () => {
  let mail: MailServer
  let server: Listening

  before(async () => {
    mail = await startMailServer()
    server = await listen(await importExample("email.ts", { EMAIL_SERVER: mail.url }))
  })
  after(() => Promise.all([server.close(), mail.close()]))

  async function ask(agent: UserAgent) {
    const page = await agent.followAll(await agent.get(`${server.url}/`))
    return agent.followAll(await agent.submit(page, { fields: { email: "Ada@Example.com" } }))
  }

  it("signs in by link and by code, as the same user", async () => {
    const agents = [new UserAgent(), new UserAgent()] as const
    await ask(agents[0])
    expect(mail.mails[0]?.recipients).to.deep.equal(["ada@example.com"])
    expect(mail.mails[0]?.headers).to.match(/^Subject: Sign in to localhost:\d+$/im)
    expect(mail.mails[0]?.html).to.include("#0a6b4f")
    const byLink = await agents[0].submit(await agents[0].get(mail.link()))
    const page = await ask(agents[1])
    const byCode = await agents[1].submit(page, { fields: { code: mail.code() } })
    for (const [n, done] of [byLink, byCode].entries())
      expect((await agents[n]?.followAll(done))?.body).to.equal("Hello ada@example.com")
  })
})
