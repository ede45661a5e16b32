import { createRequire } from "node:module"
import { expect } from "chai"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { database } from "express-authjs/database"
import Nodemailer from "express-authjs/providers/nodemailer"
import request from "supertest"
import { findHint } from "../../lib/config/find-hint.js"
import { mariadb, postgres, type TestServer } from "../database/servers.js"
import { recordingLogger } from "../support/recording-logger.js"

const require = createRequire(import.meta.url)

async function errorOf(act: () => unknown): Promise<unknown> {
  try {
    await act()
  } catch (error) {
    return error
  }
  throw new Error("Nothing failed")
}

describe("findHint", () => {
  it("names the command that installs a missing package, for import and require", async () => {
    for (const act of [() => import("not-installed" as string), () => require("not-installed")]) {
      const error = new Error("outer", { cause: await errorOf(act) })
      expect(findHint(error)).to.deep.equal({
        code: "missing-package",
        message: "The package not-installed is not installed: npm install not-installed",
      })
    }
    const scoped = await errorOf(() => import("@not/installed/deep" as string))
    expect(findHint(scoped)?.message).to.match(/npm install @not\/installed$/)
  })

  it("says nothing of a missing file, or of other errors", async () => {
    for (const error of [
      await errorOf(() => import("./not-there.js" as string)),
      await errorOf(() => require("./not-there.js")),
      new Error("connection lost"),
      "no such table: users",
      undefined,
    ])
      expect(findHint(error), String(error)).to.equal(undefined)
  })

  const sqlite: TestServer = async () => ({
    url: "sqlite::memory:",
    query: async () => [],
    drop: async () => {},
  })
  const servers: [name: string, server: TestServer | undefined][] = [
    ["SQLite", sqlite],
    ["PostgreSQL", postgres],
    ["MariaDB", mariadb],
  ]

  for (const [name, server] of servers)
    it(`names the command that makes the tables in ${name}`, async function () {
      if (!server) return this.skip()
      const { url, drop } = await server()
      const db = database(url)
      const cause = await errorOf(() => db.getUserByEmail("ada@example.com")).finally(() => db.close())
      await drop()
      const hint = findHint(new Error("outer", { cause: { err: cause } }))
      expect(hint?.code, String(cause)).to.equal("missing-table")
      expect(hint?.message).to.include("npx express-authjs migrate apply")
    })
})

describe("the log of a database without tables", () => {
  it("has the command to run once, after the first error", async () => {
    const { logger, errors, warnings } = recordingLogger()
    const adapter = database("sqlite::memory:")
    const mailer = Nodemailer({ server: "smtp://127.0.0.1:1", from: "login@example.com" })
    const auth = ExpressAuth({
      adapter,
      providers: [mailer],
      secret: "a secret of at least thirty-two characters",
      logger: { ...logger },
    })
    const agent = request.agent(express().use("/auth", auth))
    const { body } = await agent.get("/auth/csrf")
    for (const email of ["ada@example.com", "grace@example.com"])
      await agent.post("/auth/signin/nodemailer").type("form").send({ csrfToken: body.csrfToken, email })
    await adapter.close()
    expect(errors).to.have.lengthOf(2)
    const hints = warnings.filter(([code]) => code === "missing-table")
    expect(hints).to.have.lengthOf(1)
  })
})
