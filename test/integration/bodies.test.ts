import { request as startRequest } from "node:http"
import Credentials from "@auth/core/providers/credentials"
import { expect } from "chai"
import cookieParser from "cookie-parser"
import type { Application, RequestHandler } from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import request from "supertest"
import { credentialsConfig } from "../support/credentials-app.js"
import { expressVersions, listen } from "../support/listen.js"
import { rawRequest } from "../support/raw-request.js"

const form = "application/x-www-form-urlencoded"

for (const [version, express] of expressVersions) {
  const { json, urlencoded, text, raw } = express
  const everything = () => [cookieParser(), json(), urlencoded({ extended: true }), text(), raw()]
  const parsers: readonly (readonly [string, () => RequestHandler[]])[] = [
    ["no parser", () => []],
    ["express.json()", () => [json()]],
    ["express.urlencoded()", () => [urlencoded()]],
    ["express.urlencoded({ extended: true })", () => [urlencoded({ extended: true })]],
    ["express.text()", () => [text()]],
    ["express.text() of every type", () => [text({ type: "*/*" })]],
    ["express.raw()", () => [raw()]],
    ["express.raw() of every type", () => [raw({ type: "*/*" })]],
    ["cookie-parser", () => [cookieParser()]],
    ["all of them", everything],
  ]

  /** An app that remembers what `authorize` was given. */
  function start(inFront: RequestHandler[] = [], config: Partial<ExpressAuthConfig> = {}) {
    const seen: unknown[] = []
    const provider = Credentials({
      credentials: { name: {} },
      authorize: (credentials) => {
        seen.push(credentials)
        return { id: "1", name: String(credentials.name) }
      },
    })
    const app = express()
    app.set("env", "test")
    for (const handler of inFront) app.use(handler)
    app.use("/auth", ExpressAuth(credentialsConfig({ providers: [provider], ...config })))
    return { app, seen }
  }

  async function startWithToken(inFront: RequestHandler[] = []) {
    const { app, seen } = start(inFront)
    const agent = request.agent(app)
    const { csrfToken } = (await agent.get("/auth/csrf").expect(200)).body
    const post = (type: string) => agent.post("/auth/callback/credentials").set("content-type", type)
    return { app, seen, csrfToken: String(csrfToken), post }
  }

  for (const [name, createParsers] of parsers) {
    describe(`bodies behind ${name} on ${version}`, () => {
      it("a form reaches authorize, repeated fields that it does not describe as a list", async () => {
        const { seen, csrfToken, post } = await startWithToken(createParsers())
        await post(form).send(`csrfToken=${csrfToken}&name=Ada%20%26+L&colors=red&colors=blue`).expect(302)
        expect(seen).to.deep.equal([{ csrfToken, name: "Ada & L", colors: ["red", "blue"] }])
      })

      it("JSON reaches authorize as the same object", async () => {
        const { seen, csrfToken, post } = await startWithToken(createParsers())
        const body = { csrfToken, name: "Ada & L", colors: ["red", "blue"] }
        await post("application/json").send(JSON.stringify(body)).expect(302)
        expect(seen).to.deep.equal([body])
      })

      it("S29 a repeated field that the form describes is refused", async () => {
        const { seen, csrfToken, post } = await startWithToken(createParsers())
        await post(form).send(`csrfToken=${csrfToken}&name=Ada&name=Eve`).expect(400)
        await post("application/json")
          .send(JSON.stringify({ csrfToken, name: ["Ada", "Eve"] }))
          .expect(400)
        expect(seen).to.deep.equal([])
      })

      it("S19 none passes without the token", async () => {
        const { seen, post } = await startWithToken(createParsers())
        await post(form).send("name=Ada").expect(403)
        await post("application/json").send('{"name":"Ada","csrfToken":["x"]}').expect(403)
        expect(seen).to.deep.equal([])
      })
    })
  }

  describe(`bodies that cannot be read, on ${version}`, () => {
    const post = (app: Application, type: string, body: string | Buffer) =>
      rawRequest(app, "/auth/callback/credentials", {
        method: "POST",
        headers: { "content-type": type },
        body,
      })

    it("413 to what is too large, by the option's measure", async () => {
      const { app, seen } = start()
      expect((await post(app, form, `name=${"x".repeat(103_000)}`)).status).to.equal(413)
      const small = start([], { bodyLimit: 20 }).app
      expect((await post(small, form, `name=${"x".repeat(30)}`)).status).to.equal(413)
      expect(seen).to.deep.equal([])
    })

    it("415 to other types", async () => {
      const { app } = start()
      for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/octet-stream"])
        expect((await post(app, type, "name=Ada")).status, type).to.equal(415)
    })

    it("400 to what is malformed, S21 wrong-typed or deep", async () => {
      const { app } = start()
      const wrong = ["{", "[]", "7", "null", `${'{"a":'.repeat(50)}1${"}".repeat(50)}`, "[".repeat(20_000)]
      for (const body of wrong)
        expect((await post(app, "application/json", body)).status, body.slice(0, 20)).to.equal(400)
    })

    it("S21 pollutes no prototype on the way to authorize", async () => {
      const { seen, csrfToken, post: send } = await startWithToken([])
      const body = (name: string) => `{"csrfToken":"${csrfToken}","name":"Ada","${name}":{"polluted":1}}`
      await send("application/json").send(body("__proto__")).expect(302)
      await send("application/json").send(body("constructor")).expect(400)
      expect(seen).to.have.length(1)
      expect(seen[0]).not.to.have.property("polluted")
      expect({}).not.to.have.property("polluted")
    })

    it("S21 a body that is cut off, or never comes, delays no other request", async () => {
      const { app, seen } = start()
      const { port, url, close } = await listen(app)
      const headers = { "content-type": form, "content-length": "100" }
      const slow = startRequest({
        port,
        host: "localhost",
        path: "/auth/callback/credentials",
        method: "POST",
        headers,
      })
      slow.on("error", () => {}).write("name=A")
      expect((await fetch(`${url}/auth/csrf`)).status).to.equal(200)
      slow.destroy()
      expect((await fetch(`${url}/auth/csrf`)).status).to.equal(200)
      expect(seen).to.deep.equal([])
      await close()
    })
  })
}
