import { expect } from "chai"
import { textOf } from "../support/html-form.js"
import { type Listening, listen } from "../support/listen.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { importExample } from "./import-example.js"

const email = "ada@example.com"
const password = "analytical engine"
const changed = "difference engine"

describe("examples/credentials.ts", () => {
  let server: Listening

  before(async () => {
    server = await listen(await importExample("credentials.ts"))
  })
  after(() => server.close())

  const home = async (agent: UserAgent) => (await agent.followAll(await agent.get(`${server.url}/`))).body

  async function signIn(typed: Record<string, string>) {
    const agent = new UserAgent()
    const page = await agent.get(`${server.url}/auth/signin`)
    return { agent, answer: await agent.submit(page, { fields: typed }) }
  }

  it("signs up, once per address", async () => {
    const agent = new UserAgent()
    await agent.post(`${server.url}/sign-up`, { email: "Ada@example.com", password })
    expect(await home(agent)).to.equal(`Hello ${email}`)
    const eve = new UserAgent()
    const refused = await eve.post(`${server.url}/sign-up`, { email, password: "the password of eve" })
    expect(redirectTarget(refused)).to.include("error=CredentialsSignin")
    expect(await home((await signIn({ email, password })).agent)).to.equal(`Hello ${email}`)
  })

  it("says in the app's words what is missing, and keeps what was typed but the password", async () => {
    const { agent, answer } = await signIn({ email, password: "short" })
    const page = await agent.followAll(answer)
    expect(textOf(page.body)).to.include("at least 10 characters")
    expect(page.body).to.include(`value="${email}"`).and.not.include("short")
  })

  it("ends the other sessions when the password is changed", async () => {
    const [{ agent }, { agent: other }] = [
      await signIn({ email, password }),
      await signIn({ email, password }),
    ]
    const wrong = await agent.post(`${server.url}/password`, { current: "wrong", new: changed })
    expect(wrong.status).to.equal(400)
    const done = await agent.post(`${server.url}/password`, { current: password, new: changed })
    expect(redirectTarget(done)).to.equal(`${server.url}/`)
    expect(await home(agent)).to.equal(`Hello ${email}`)
    expect(textOf(await home(other))).to.include("Sign in")
    const { answer } = await signIn({ email, password })
    expect(redirectTarget(answer)).to.include("error=CredentialsSignin")
    expect(await home((await signIn({ email, password: changed })).agent)).to.equal(`Hello ${email}`)
  })
})
