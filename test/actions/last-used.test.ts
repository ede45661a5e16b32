import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { useAuthApps } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { UserAgent, type Visit } from "../support/user-agent.js"

const cookie = "authjs.last-used"

function byName(id: string) {
  const authorize = ({ name }: Partial<Record<string, unknown>>) =>
    name === "ada" ? { id: "7", name: "Ada" } : null
  return Credentials({ id, name: id.toUpperCase(), credentials: { name: {} }, authorize })
}

describe("the badge on the provider last used", () => {
  const { start } = useAuthApps()

  function startApp(config: Partial<ExpressAuthConfig> = {}) {
    return start({ providers: [byName("ldap"), byName("partners")], ...config })
  }

  async function signIn(agent: UserAgent, url: string, fields: Record<string, string> = {}): Promise<Visit> {
    const page = await agent.get(`${url}/auth/signin/partners`)
    return agent.submit(page, { fields: { name: "ada", ...fields } })
  }

  const badge = async (agent: UserAgent, url: string) =>
    /<button[^>]*aria-describedby="last-used"[^>]*>\s*([^<]+)</.exec(
      (await agent.get(`${url}/auth/signin`)).body,
    )?.[1]

  it("is kept for a year in a cookie that names the provider alone, for our routes", async () => {
    const { url } = await startApp()
    const agent = new UserAgent()
    const { setCookies } = await signIn(agent, url)
    const line = setCookies.find((text) => text.startsWith(`${cookie}=`))
    expect(line?.split("; ").sort()).to.deep.equal(
      [`${cookie}=partners`, "HttpOnly", "Max-Age=31536000", "Path=/auth", "SameSite=Lax"].sort(),
    )
    agent.cookies.removeAllCookiesSync()
    await agent.cookies.setCookie(`${cookie}=partners; Path=/auth`, url)
    expect(textOf((await agent.get(`${url}/auth/signin`)).body)).to.include("Last used")
    expect(await badge(agent, url)).to.equal("Sign in with PARTNERS")
  })

  it("is not set by a sign-in that fails", async () => {
    const { url } = await startApp()
    const { setCookies } = await signIn(new UserAgent(), url, { name: "eve" })
    expect(setCookies.join()).to.not.include(cookie)
  })

  it("is not set with a single provider, nor when it is turned off", async () => {
    for (const config of [{ providers: [byName("partners")] }, { lastUsed: false }]) {
      const { url } = await startApp(config)
      const agent = new UserAgent()
      expect((await signIn(agent, url)).setCookies.join()).to.not.include(cookie)
      await agent.cookies.setCookie(`${cookie}=partners; Path=/auth`, url)
      if (config.lastUsed === false) expect(await badge(agent, url)).to.equal(undefined)
    }
  })

  it("goes when the visitor does not want to be remembered", async () => {
    const { url } = await startApp({ session: { remember: "ask" } })
    const agent = new UserAgent()
    await signIn(agent, url, { remember: "on" })
    expect(await badge(agent, url)).to.not.equal(undefined)
    const page = await agent.get(`${url}/auth/signin/ldap`)
    const form = page.body.replace(/ checked(="")?/g, "")
    const { setCookies } = await agent.submit({ ...page, body: form }, { fields: { name: "ada" } })
    expect(setCookies.find((text) => text.startsWith(cookie))).to.include("Max-Age=0")
  })

  it("trusts nothing in its cookie", async () => {
    const { url } = await startApp()
    for (const value of ["nobody", "%3Cscript%3E", "constructor", "ldap%00", `${"x".repeat(3000)}`]) {
      const agent = new UserAgent()
      await agent.cookies.setCookie(`${cookie}=${value}; Path=/auth`, url)
      const { status, body } = await agent.get(`${url}/auth/signin`)
      expect([status, body.includes("Last used"), body.includes("<script>")]).to.deep.equal([
        200,
        false,
        false,
      ])
    }
  })

  it("follows the prefix of the other cookies", async () => {
    const { url } = await startApp({ cookiePrefix: "shop" })
    expect((await signIn(new UserAgent(), url)).setCookies.join()).to.include("shop.last-used=partners")
  })
})
