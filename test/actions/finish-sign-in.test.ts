import { expect } from "chai"
import { sessionOf, useAuthApps } from "../support/auth-apps.js"
import { passwords } from "../support/passwords.js"
import { UserAgent } from "../support/user-agent.js"

describe("finishing a sign-in", () => {
  const { start } = useAuthApps()
  const form = { username: "ada", password: "right" }

  it("keeps core's other cookies from the browser, also where their names begin as the session's does", async () => {
    const cookies = { sessionToken: { name: "app" }, callbackUrl: { name: "app.callback-url" } }
    const { url } = await start(
      { cookies, providers: [passwords()] },
      { routes: (app, auth) => app.post("/login", (req, res) => auth.signIn(req, res, "credentials")) },
    )
    const agent = new UserAgent()
    const answer = await agent.post(`${url}/login`, form)
    const names = answer.setCookies.map((line) => line.split("=", 1)[0])
    expect(names).to.deep.equal(["app"])
    expect(await sessionOf(agent, url)).to.have.property("user")
  })

  it("starts no session when callbacks.jwt forgets to return its token", async () => {
    const { url, logs } = await start(
      { providers: [passwords()], callbacks: { jwt: (() => undefined) as never } },
      { routes: (app, auth) => app.post("/login", (req, res) => auth.signIn(req, res, "credentials")) },
    )
    const agent = new UserAgent()
    const answer = await agent.post(`${url}/login`, form)
    expect(answer.headers.get("location")).to.match(/\/auth\/error\?error=Configuration&id=\w+$/)
    expect(answer.setCookies.filter((line) => line.startsWith("authjs.session-token=e"))).to.deep.equal([])
    const [logged] = logs.filter(({ level }) => level === "error")
    const cause = (logged?.error as { cause?: { err?: Error } } | undefined)?.cause?.err
    expect(cause?.message).to.match(/callbacks\.jwt returned no token/)
  })
})
