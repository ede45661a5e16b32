import { Agent, request } from "node:http"
import { expect } from "chai"
import { useAuthApps } from "../support/auth-apps.js"
import { expressVersions } from "../support/listen.js"

const connections = new Agent({ keepAlive: true })

/** A request with headers that `fetch` would refuse to send. Answers its status. */
function statusOf(url: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, headers, agent: connections }, (incoming) => {
      incoming.resume().on("end", () => resolve(incoming.statusCode ?? 0))
    })
    outgoing.on("error", reject).end()
  })
}

const junk = [
  ...["%", "%E0%A4%A", "Bearer %", "\\", '"', "'", "<", "[", "]", "{}", "..", "\u00ff", "a b", "//x", "x@y"],
  ...[":", ",", ";", "=", "__proto__", "[::1", "a:b:c", "evil.example:99999999"],
]
const headerNames = [
  ...[
    "authorization",
    "host",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-for",
    "cookie",
    "origin",
  ],
  ...["accept", "sec-fetch-site", "sec-fetch-mode", "hx-current-url"],
]
const headerPaths = ["/auth/signin", "/auth/callback/demo", "/auth/session", "/auth/csrf", "/in", "/session"]
const queryNames = [
  ...[
    "callbackUrl",
    "error",
    "code",
    "state",
    "id",
    "email",
    "token",
    "login_hint",
    "provider",
    "__proto__",
    "a[b][c]",
  ],
]
const queryPaths = ["signin", "callback/demo", "signout", "session", "error", "verify-request"]

const headerCases = headerNames.flatMap((name) => {
  const values = name === "cookie" ? [...junk, ...junk.map((text) => `authjs.session-token=${text}`)] : junk
  return values.flatMap((value) => headerPaths.map((path) => ({ path, headers: { [name]: value } })))
})
const queryCases = queryNames.flatMap((name) =>
  junk.flatMap((value) => {
    const raw = encodeURI(value).replaceAll("%25", "%")
    const queries = [`${name}=${raw}`, `${name}=${encodeURIComponent(value)}`, `${name}[]=${raw}`]
    return queryPaths.flatMap((path) => queries.map((query) => `/auth/${path}?${query}`))
  }),
)

for (const [version, express] of expressVersions)
  describe(`S2: junk on ${version}`, () => {
    const { start } = useAuthApps()
    const crashes: unknown[] = []
    const crash = (reason: unknown) => void crashes.push(reason)

    before(() => process.on("unhandledRejection", crash))
    after(() => {
      process.off("unhandledRejection", crash)
      connections.destroy()
    })
    afterEach(() => expect(crashes.splice(0)).to.deep.equal([]))

    it("in headers is fine, and opens no door", async () => {
      const { url } = await start(
        { trustHost: true },
        {
          express,
          routes: (app, auth) => {
            app.get("/in", auth.requireAuth(), (_req, res) => res.send("in"))
            app.get("/session", async (req, res) => void res.json(await auth.getSession(req, res)))
          },
        },
      )
      for (const { path, headers } of headerCases) {
        const status = await statusOf(url, path, { accept: "text/html", ...headers })
        expect(status, `${JSON.stringify(headers)} at ${path}`).to.be.within(path === "/in" ? 302 : 200, 499)
      }
    })

    it("in every query parameter is fine", async () => {
      const { url } = await start({}, { express })
      for (const path of queryCases) expect(await statusOf(url, path), path).to.be.within(200, 499)
    })
  })
