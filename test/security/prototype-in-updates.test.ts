import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { credentialsConfig, signInByName } from "../support/credentials-app.js"

describe("S21: a prototype within what an update hands to callbacks", () => {
  for (const parsed of [false, true])
    it(`is left out, however deep (${parsed ? "parsed by the app" : "read by us"})`, async () => {
      const seen: unknown[] = []
      const auth = ExpressAuth(
        credentialsConfig({
          callbacks: {
            jwt: ({ token, trigger, session }) => {
              if (trigger !== "update") return token
              const changed = Object.assign({ ...token }, session)
              seen.push(changed.role, changed.deep?.role, changed.list?.[0]?.role, changed.kept)
              return token
            },
          },
        }),
      )
      const app = express()
      if (parsed) app.use(express.json())
      app.use("/auth", auth)
      const agent = await signInByName(app, "/auth")
      const { body } = await agent.get("/auth/csrf")
      const proto = '"__proto__":{"role":"admin"}'
      const data = `{${proto},"deep":{${proto}},"list":[{${proto}}],"kept":{"a":[1,null,"x"]}}`
      await agent
        .post("/auth/session")
        .type("json")
        .send(`{"csrfToken":"${body.csrfToken}","data":${data}}`)
        .expect(200)
      expect(seen).to.deep.equal([undefined, undefined, undefined, { a: [1, null, "x"] }])
    })
})
