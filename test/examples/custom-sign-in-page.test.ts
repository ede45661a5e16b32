import { expect } from "chai"
import { textOf } from "../support/html-form.js"
import { UserAgent } from "../support/user-agent.js"
import { useExample } from "./import-example.js"

describe("examples/custom-sign-in-page.ts", () => {
  const example = useExample("custom-sign-in-page.ts")

  async function openReports() {
    const agent = new UserAgent()
    const page = await agent.follow(await agent.get(`${example().url}/reports`))
    expect(new URL(page.url).pathname).to.equal("/login")
    return { agent, page }
  }

  it("starts OpenID Connect from its own form, with the CSRF token", async () => {
    const { agent, page } = await openReports()
    const leaving = await agent.submit(page, { formAction: "/auth/signin/sso" })
    const reports = await agent.followAll(leaving)
    expect(reports.url).to.equal(`${example().url}/reports`)
    expect(textOf(reports.body)).to.include("Hello Ada Lovelace")
  })

  it("refuses that form without the token of this browser", async () => {
    const { agent, page } = await openReports()
    const refused = await agent.submit(page, {
      formAction: "/auth/signin/sso",
      fields: { csrfToken: "forged" },
    })
    expect(refused.status).to.equal(403)
  })

  it("says that the password was wrong, keeps the name, and still ends at the requested page", async () => {
    const { agent, page } = await openReports()
    const wrong = { username: "ada", password: "wrong" }
    const again = await agent.followAll(await agent.submit(page, { formAction: "/login", fields: wrong }))
    expect(new URL(again.url).pathname).to.equal("/login")
    expect(textOf(again.body)).to.include("Name or password is wrong.")
    expect(again.body).to.include('value="ada"')
    const right = await agent.submit(again, { formAction: "/login", fields: { password: "analytical" } })
    const reports = await agent.followAll(right)
    expect(reports.url).to.equal(`${example().url}/reports`)
    expect(textOf(reports.body)).to.include("Hello Ada Lovelace")
  })

  it("shows a message when the user cancelled at the provider", async () => {
    const { agent, page } = await openReports()
    example().idp.refuse("access_denied")
    const again = await agent.followAll(await agent.submit(page, { formAction: "/auth/signin/sso" }))
    expect(new URL(again.url).pathname).to.equal("/login")
    expect(textOf(again.body)).to.include("The sign-in was cancelled.")
  })
})
