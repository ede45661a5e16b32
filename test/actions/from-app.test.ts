import { request } from "node:http"
import { expect } from "chai"
import type { ErrorRequestHandler } from "express"
import { sessionOf, signIn, useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"

for (const [version, app] of expressVersions)
  describe(`what the app's own handlers call, on ${version}`, () => {
    const { start } = useAuthApps()
    const crashes: unknown[] = []
    const crash = (reason: unknown) => void crashes.push(reason)

    before(() => process.on("unhandledRejection", crash))
    after(() => process.off("unhandledRejection", crash))
    afterEach(() => expect(crashes.splice(0)).to.deep.equal([]))

    const routes: NonNullable<Parameters<typeof start>[1]>["routes"] = (server, auth) => {
      server.post("/name", (req, res, next) => {
        auth.updateSession(req, res, { name: "x" }).then((session) => res.json(session), next)
      })
      const report: ErrorRequestHandler = (error, _req, res, _next) =>
        void res.status(error.status).json([error.code, error.message])
      server.use("/name", report)
      server.get("/token", async (req, res) => void res.json(await auth.getCsrfToken(req, res)))
      server.get("/session", async (req, res) => void res.json(await auth.getSession(req)))
    }

    it("rejects an update of the session that another site sent, and changes nothing", async () => {
      const { url, logs } = await start({}, { express: app, routes })
      const agent = new UserAgent({ navigate: false })
      await signIn(agent, url)
      const stranger = { origin: "https://evil.example", "sec-fetch-site": "cross-site" }
      const answer = await agent.post(`${url}/name`, {}, stranger)
      const [code, message] = JSON.parse(answer.body)
      expect([answer.status, code]).to.deep.equal([403, "ERR_AUTH_CSRF"])
      expect(message).to.include("https://evil.example").and.include("trustedOrigins")
      expect(logs.map(({ text }) => text)).to.deep.equal(["MissingCSRF"])
      expect((await sessionOf(agent, url))?.user.name).to.equal("Ada Lovelace")
    })

    for (const [path, method, nothing] of [
      ["/name", "POST", "null"],
      ["/token", "GET", '""'],
      ["/session", "GET", "null"],
    ] as const)
      it(`${method} ${path} with a malformed Host has ${nothing}`, async () => {
        const { url } = await start({}, { express: app, routes })
        expect(await send(url, { path, method, headers: { host: "a b<c" } })).to.equal(nothing)
      })
  })

function send(url: string, options: { path: string; method: string; headers: Record<string, string> }) {
  return new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const sent = request({ hostname, port, ...options }, (answer) => {
      let body = ""
      answer.setEncoding("utf8").on("data", (chunk) => {
        body += chunk
      })
      answer.once("end", () => resolve(body))
    })
    sent.once("error", reject)
    sent.end()
  })
}
