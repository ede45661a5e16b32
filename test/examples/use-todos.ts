import { expect } from "chai"
import { textOf } from "../support/html-form.js"
import type { Listening } from "../support/listen.js"
import { UserAgent, type Visit } from "../support/user-agent.js"

/** The behaviour of the todo app, before and after its migration from Passport. */
export function useTodos(serve: () => Promise<Listening>): void {
  let server: Listening

  before(async () => {
    server = await serve()
  })
  after(() => server.close())

  it("keeps todos for a user who signed in with a password", async () => {
    const agent = new UserAgent()
    const page = await openTodos(agent, server.url)
    expect(textOf(page.body)).to.include("Todos of ada").and.include("Write notes")
    const added = await agent.submit(page, { formAction: /\/$/, fields: { title: "Use <b> sparingly" } })
    expect((await agent.followAll(added)).body).to.include("<li>Use &lt;b&gt; sparingly</li>")
  })

  it("leads back to the form after a wrong password", async () => {
    const agent = new UserAgent()
    const form = await agent.followAll(await agent.get(`${server.url}/`))
    const answer = await agent.followAll(await typePassword(agent, form, "wrong"))
    expect(new URL(answer.url).pathname).to.equal("/login")
    expect((await agent.get(`${server.url}/`)).headers.get("location")).to.equal("/login")
  })

  it("signs out", async () => {
    const agent = new UserAgent()
    const page = await openTodos(agent, server.url)
    await agent.submit(page, { formAction: /\/logout$/ })
    expect((await agent.get(`${server.url}/`)).headers.get("location")).to.equal("/login")
  })
}

/** Signs in with the form and opens the todos. */
export async function openTodos(agent: UserAgent, url: string): Promise<Visit> {
  const form = await agent.followAll(await agent.get(`${url}/`))
  return agent.followAll(await typePassword(agent, form, "analytical"))
}

function typePassword(agent: UserAgent, form: Visit, password: string): Promise<Visit> {
  return agent.submit(form, { fields: { username: "ada", password } })
}
