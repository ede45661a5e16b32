import { request } from "node:http"
import { expect } from "chai"
import { useAuthApps } from "../support/auth-apps.js"
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
      server.post(
        "/name",
        async (req, res) => void res.json(await auth.updateSession(req, res, { name: "x" })),
      )
      server.get("/token", async (req, res) => void res.json(await auth.getCsrfToken(req, res)))
      server.get("/session", async (req, res) => void res.json(await auth.getSession(req)))
    }

    it("changes nothing for a POST another site sent, and ends no process", async () => {
      const { url } = await start({}, { express: app, routes })
      const stranger = { origin: "https://evil.example", "sec-fetch-site": "cross-site" }
      const answer = await new UserAgent({ navigate: false }).post(`${url}/name`, {}, stranger)
      expect([answer.status, answer.body]).to.deep.equal([200, "null"])
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
