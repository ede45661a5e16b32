import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { credentialsConfig } from "../support/credentials-app.js"
import { rawRequest } from "../support/raw-request.js"

describe("S2: a method that a method override sets to any string", () => {
  for (const method of ["constructor", "toString", "__proto__", "name", "get", "QUERY", ""])
    it(`gets 405: ${JSON.stringify(method)}`, async () => {
      const app = express()
      app.use((req, _res, next) => {
        req.method = method
        next()
      })
      app.use("/auth", ExpressAuth(credentialsConfig()))
      expect((await rawRequest(app, "/auth/session")).status).to.equal(405)
    })
})
