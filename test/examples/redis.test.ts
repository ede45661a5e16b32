import { expect } from "chai"
import type { Express } from "express"
import { redisClients, redisUrl } from "../redis/servers.js"
import { type Listening, listen } from "../support/listen.js"
import type { OpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample, startSso } from "./import-example.js"

if (redisClients.length > 0)
  describe("examples/redis.ts", () => {
    let app: Express
    let server: Listening
    let provider: OpenIdProvider

    before(async () => {
      const sso = await startSso()
      provider = sso.provider
      const urls = { AUTH_DATABASE_URL: "sqlite::memory:", REDIS_URL: redisUrl }
      app = await importExample("redis.ts", { ...sso.environment, ...urls })
      server = await listen(app)
    })
    after(async () => {
      await Promise.all([server.close(), provider.close()])
      const { client } = await import("../../examples/redis.js")
      client.disconnect()
    })

    async function signIn(): Promise<UserAgent> {
      const agent = new UserAgent()
      const page = await agent.followAll(await agent.get(`${server.url}/`))
      const leaving = await agent.submit(page, { button: /Company account/ })
      await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
      return agent
    }

    it("counts the sessions of two browsers, and ends both", async () => {
      const browsers = [await signIn(), await signIn()]
      const [first] = browsers
      const page = await first?.get(`${server.url}/`)
      expect(JSON.parse(page?.body ?? "")).to.deep.equal({ user: "Ada Lovelace", sessions: 2 })
      await first?.post(`${server.url}/sign-out-everywhere`)
      for (const agent of browsers) expect((await agent.get(`${server.url}/`)).status).to.equal(302)
    })
  })
