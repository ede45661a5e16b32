import type { Express } from "express"
import { signedIn } from "express-authjs/testing"
import { redisClients, redisUrl } from "../redis/servers.js"
import { importExample, unusedSso } from "./import-example.js"

if (redisClients.length > 0)
  describe("examples/redis.ts", () => {
    let app: Express

    before(async () => {
      app = await importExample("redis.ts", {
        ...unusedSso,
        AUTH_DATABASE_URL: "sqlite::memory:",
        REDIS_URL: redisUrl,
      })
    })
    after(async () => {
      const { client } = await import("../../examples/redis.js")
      client.disconnect()
    })

    it("counts the sessions of two browsers, and ends both", async () => {
      const user = { name: "Ada Lovelace" }
      const [first, second] = [await signedIn(app, { user }), await signedIn(app, { user })]
      await first.get("/").expect(200, { user: "Ada Lovelace", sessions: 2 })
      await first.post("/sign-out-everywhere").expect(302)
      for (const agent of [first, second]) await agent.get("/").expect(401)
    })
  })
