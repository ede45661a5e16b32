import { expect } from "chai"
import type { ExpressAuthConfig } from "express-authjs"
import { sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { startOAuthServer } from "../support/oauth-server.js"
import { UserAgent } from "../support/user-agent.js"

type Provider = ExpressAuthConfig["providers"][number]

describe("S6: an account whose id is not one account's alone", () => {
  const { start, keep } = useAuthApps()

  async function idsOf(...profiles: string[]) {
    const server = await startOAuthServer()
    keep(server)
    const { url } = await start({ providers: [server.provider as Provider] })
    const ids: unknown[] = []
    for (const text of profiles) {
      server.answers.faults = { userinfo: { text } }
      const agent = new UserAgent()
      await signIn(agent, url, { provider: "plain" })
      ids.push((await sessionOf(agent, url))?.user.id)
    }
    return ids
  }

  for (const [what, ...profiles] of [
    ["an object", '{"id":{"n":1}}', '{"id":{"n":2}}'],
    ["a list", '{"id":[[]]}', '{"id":[[],[]]}'],
    ["a truth", '{"id":true}', '{"id":false}'],
    ["a number that is rounded", '{"id":9007199254740992}', '{"id":9007199254740993}'],
    ["a number without end", '{"id":1e999}', '{"id":2e999}'],
  ] as const)
    it(`starts no session: ${what}`, async () => {
      expect(await idsOf(...profiles)).to.deep.equal([undefined, undefined])
    })

  it("is one user's as a text or a number", async () => {
    const [first, second, again] = await idsOf('{"id":1}', '{"id":"2"}', '{"id":"1"}')
    expect(first).to.be.a("string").and.to.equal(again)
    expect(second).to.be.a("string").and.not.to.equal(first)
  })
})
