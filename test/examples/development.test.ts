import { expect } from "chai"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent, type Visit } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

describe("examples/development.ts", () => {
  let server: Listening
  let agent: UserAgent

  before(async () => {
    server = await listen(await importExample("development.ts", { NODE_ENV: "development" }))
  })
  after(() => server.close())
  beforeEach(() => {
    agent = new UserAgent()
  })

  const open = async (path: string) => agent.followAll(await agent.get(server.url + path))
  const choose = async (page: Visit, button: RegExp) => agent.followAll(await agent.submit(page, { button }))

  it("lets an admin be chosen, and keeps members out", async () => {
    expect((await choose(await open("/admin"), /Ada Lovelace/)).body).to.equal("For admins")
    agent = new UserAgent()
    expect((await choose(await open("/admin"), /Bob Moran/)).status).to.equal(403)
    agent = new UserAgent()
    expect((await choose(await open("/"), /Noor Nomail/)).body).to.equal("Hello Noor Nomail")
  })

  it("signs in by a mail from the inbox, with nothing set up", async () => {
    const form = { formAction: /signin\/nodemailer/, fields: { email: "carol@example.com" } }
    await agent.submit(await open("/"), form)
    const { body } = await open("/auth/inbox")
    const [, link = ""] = /href="([^"]+)">Open the link/.exec(body) ?? []
    const done = await agent.submit(await agent.get(link.replaceAll("&amp;", "&")))
    expect((await agent.followAll(done)).body).to.equal("Hello carol@example.com")
  })

  it("lists GitHub as still to be set up", async () => {
    expect(textOf((await open("/")).body))
      .to.include("To set up")
      .and.include("GitHub")
  })
})
