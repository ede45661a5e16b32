import { expect } from "chai"
import { link, useAccountApps } from "../support/account-apps.js"
import { cookiesOf, csrfOf, sessionOf, signIn } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { passwords } from "../support/passwords.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, describe as show, UserAgent } from "../support/user-agent.js"

const json = { accept: "application/json", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }

for (const strategy of ["jwt", "database"] as const)
  for (const [version, express] of expressVersions)
    describe(`auth.linkAccount(), ${strategy}, ${version}`, () => {
      const { start } = useAccountApps()
      const session = { strategy }

      it("links an account to whom is signed in, and leaves the session as it was", async () => {
        const events: string[] = []
        const { url, adapter, signInAda, userId } = await start(
          {
            session,
            callbacks: { jwt: ({ token, trigger }) => ({ ...token, calls: [token.calls, trigger].flat() }) },
            events: {
              linkAccount: ({ account }) => void events.push(`link ${account.provider}`),
              signIn: ({ account }) => void events.push(`signIn ${account?.provider}`),
            },
          },
          { express },
        )
        const agent = await signInAda()
        const before = await cookiesOf(agent, url)
        const id = await userId(agent)
        const sessions = structuredClone([...adapter.rows.sessions.keys()])
        events.splice(0)
        const back = await link(agent, url, { name: "Grace Hopper" })
        expect(redirectTarget(back), show(back)).to.equal(`${url}/account`)
        expect(
          [...adapter.rows.accounts.values()].map(({ provider, userId }) => [provider, userId]),
        ).to.deep.equal([
          ["demo", id],
          ["other", id],
        ])
        expect(adapter.rows.users.size).to.equal(1)
        expect(events).to.deep.equal(["link other"])
        expect(back.setCookies.join()).to.not.include("session-token=;").and.not.include("linked")
        expect(await userId(agent)).to.equal(id)
        expect([...adapter.rows.sessions.keys()]).to.deep.equal(sessions)
        if (strategy === "database") expect(await cookiesOf(agent, url)).to.deep.equal(before)
      })

      it("signs in with either account afterwards, as the same user", async () => {
        const { url, signInAda, userId } = await start({ session }, { express })
        const agent = await signInAda()
        await link(agent, url, { name: "Grace Hopper" })
        const elsewhere = new UserAgent()
        await signIn(elsewhere, url, { provider: "other", name: "Grace Hopper" })
        expect(await userId(elsewhere)).to.equal(await userId(agent))
      })
    })
