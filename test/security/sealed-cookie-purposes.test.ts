import { createHash } from "node:crypto"
import { expect } from "chai"
import Passkey from "express-authjs/providers/passkey"
import { createExtendedAdapter } from "../support/adapter-extras.js"
import { cookiesOf, csrfOf, sessionOf, signIn, startSignIn, useAuthApps } from "../support/auth-apps.js"
import { createMailbox } from "../support/mailbox.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"

describe("S5: every sealed cookie in the place of every other", () => {
  const { start, demo } = useAuthApps()

  /** One of each, as a stranger can have them made: flow, challenge, mailed code, sign-out, CSRF, session, link. */
  async function collect() {
    const links: string[] = []
    const { provider: mail } = createMailbox({
      sendVerificationRequest: (request) =>
        void links.push(`${request.url}#${"code" in request && request.code}`),
    })
    const providers = [demo(), mail, Passkey({})]
    const { url } = await start({
      adapter: createExtendedAdapter(),
      session: { strategy: "jwt" },
      providers,
    })
    const agent = new UserAgent()
    await agent.get(`${url}/auth/webauthn-options/passkey`)
    await startSignIn(agent, url)
    const flow = await cookiesOf(agent, `${url}/auth/`)
    await agent.submit(await agent.get(`${url}/auth/signin`), {
      formAction: /signin\/email$/,
      fields: { email: "eve@example.com" },
    })
    const code = await cookiesOf(agent, `${url}/auth/`)
    const other = new UserAgent()
    await signIn(other, url)
    const session = await cookiesOf(other, `${url}/auth/`)
    await other.post(`${url}/auth/link/demo`, { csrfToken: await csrfOf(other, url) })
    const link = await cookiesOf(other, `${url}/auth/`)
    await other.post(`${url}/auth/signout`, { csrfToken: await csrfOf(other, url), idp: "true" })
    const out = await cookiesOf(other, `${url}/auth/`)
    const linkToken = new URL(links[0] ?? "").searchParams.get("token") ?? ""
    const values = { ...flow, ...code, ...session, ...link, ...out, "the mailed link's token": linkToken }
    return { url, values }
  }

  async function visit(url: string, name: string, value: string, path: string) {
    const agent = new UserAgent()
    await agent.cookies.setCookie(`${name}=${value}; Path=/`, url)
    return { agent, answer: await agent.get(`${url}${path}`) }
  }

  it("opens nothing: no session, no flow, no way back, no mailed code", async () => {
    const { url, values } = await collect()
    expect(values).to.include.keys("authjs.session-token", "authjs.mail-code", "authjs.callback-url.signout")
    expect(Object.keys(values)).to.have.length.of.at.least(8)
    const state = "a state of Eve's"
    const hash = createHash("sha256").update(state).digest("base64url").slice(0, 16)
    for (const [from, value] of Object.entries(values)) {
      if (from !== "authjs.session-token") {
        const { agent } = await visit(url, "authjs.session-token", value, "/auth/session")
        expect(await sessionOf(agent, url), from).to.equal(null)
      }
      const callback = `/auth/callback/demo?${new URLSearchParams({ state, code: "x" })}`
      const { answer: flow } = await visit(url, `authjs.state.${hash}`, value, callback)
      expect(redirectTarget(flow), from).to.include("error=Expired")
      if (from !== "authjs.callback-url.signout") {
        const { answer: back } = await visit(
          url,
          "authjs.callback-url.signout",
          value,
          "/auth/signout/callback?state=",
        )
        expect(redirectTarget(back), from).to.equal(`${url}/`)
      }
      const { answer: page } = await visit(url, "authjs.mail-code", value, "/auth/verify-request")
      expect(page.body.includes("<form"), from).to.equal(from === "authjs.mail-code")
    }
  })
})
