import { createServer, type IncomingMessage, request, type Server, ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { expect } from "chai"
import { ExpressAuth, type ExpressAuthConfig, getSession } from "express-authjs"
import { credentialsConfig } from "../support/credentials-app.js"
import { claimsOfAda, day, secret, sessionCookie, tokenOf } from "../support/session-apps.js"

const config = credentialsConfig({ secret, session: { updateAge: 60 * 60 } })

describe("servers other than Express", () => {
  const open: Server[] = []
  afterEach(() => {
    for (const server of open.splice(0)) server.close().closeAllConnections()
  })

  async function start(handle: (req: IncomingMessage, res: ServerResponse) => unknown): Promise<number> {
    const server = createServer((req, res) => void handle(req, res))
    open.push(server)
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return (server.address() as AddressInfo).port
  }

  async function get(port: number, { age = 0, headers = {} } = {}) {
    const cookie = `${sessionCookie}=${await tokenOf(claimsOfAda(age))}`
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { cookie, ...headers } })
    return { body: await response.text(), cookies: response.headers.getSetCookie() }
  }

  /** `req.auth` is declared for Express alone. */
  const nameOf = (req: IncomingMessage) =>
    (req as { auth?: { user: { name?: string | null } } | null }).auth?.user.name

  it("run auth.session() as Connect does, with neither req.app nor res.locals", async () => {
    const middleware = ExpressAuth(config).session()
    const port = await start((req, res) =>
      middleware(req, res, (error) => res.end(String(error ?? nameOf(req)))),
    )
    const { body, cookies } = await get(port)
    expect(body).to.equal("Ada Lovelace")
    expect(cookies).to.deep.equal([])
    const anonymous = await fetch(`http://127.0.0.1:${port}/`)
    expect(await anonymous.text()).to.equal("undefined")
  })

  it("send the cookie that auth.session() renews", async () => {
    const middleware = ExpressAuth(config).session()
    const port = await start((req, res) => middleware(req, res, () => res.end()))
    expect((await get(port, { age: day })).cookies.join()).to.include(sessionCookie)
  })

  it("read the session behind a proxy, whose headers are not trusted", async () => {
    const headers = { "x-forwarded-host": "app.example", "x-forwarded-proto": "https" }
    const port = await start(async (req, res) => res.end((await getSession(req, config))?.user.name))
    expect((await get(port, { headers })).body).to.equal("Ada Lovelace")
  })

  it("renew a cookie by auth.getSession() where they pass their response", async () => {
    const auth = ExpressAuth(config)
    const port = await start(async (req, res) => res.end((await auth.getSession(req, res))?.user.id))
    const { body, cookies } = await get(port, { age: day })
    expect(body).to.equal("ada")
    expect(cookies.join()).to.include(sessionCookie)
  })

  it("identify the user of a WebSocket upgrade, by auth.session() and by getSession()", async () => {
    const middleware = ExpressAuth(config).session()
    const found: unknown[] = []
    const port = await start((_req, res) => res.end())
    open[0]?.on("upgrade", (req, socket) => {
      middleware(req, new ServerResponse(req), async (error) => {
        found.push(error, nameOf(req), (await getSession(req, config))?.user.id)
        socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: test\r\nConnection: Upgrade\r\n\r\n")
      })
    })
    const cookie = `${sessionCookie}=${await tokenOf(claimsOfAda())}`
    const headers = { cookie, connection: "upgrade", upgrade: "test" }
    await new Promise<void>((resolve, reject) => {
      const asked = request({ port, host: "127.0.0.1", headers }).on("error", reject)
      asked.on("upgrade", (_response, socket) => {
        socket.destroy()
        resolve()
      })
      asked.end()
    })
    expect(found).to.deep.equal([undefined, "Ada Lovelace", "ada"])
  })

  it("learn in one sentence that requireAuth() and ExpressAuth() need Express", async () => {
    const auth = ExpressAuth(config as ExpressAuthConfig)
    for (const middleware of [auth, auth.requireAuth()]) {
      const port = await start((req, res) =>
        middleware(req as never, res as never, (error?: unknown) => res.end(String(error))),
      )
      expect((await get(port)).body).to.match(
        /^ConfigError: (?:requireAuth|ExpressAuth)\(\) needs Express, .* use session\(\)/,
      )
    }
  })

  it("learn that signIn(), signOut() and updateSession() need Express", async () => {
    const { signIn, signOut, updateSession } = ExpressAuth(config as ExpressAuthConfig)
    const calls: ((req: never, res: never) => Promise<unknown>)[] = [signIn, signOut, updateSession]
    for (const call of calls) {
      const port = await start((req, res) =>
        call(req as never, res as never).catch((error: unknown) => res.end(String(error))),
      )
      expect((await get(port)).body).to.match(
        /^ConfigError: This function needs Express, .* getSession\(req, config\)/,
      )
    }
  })

  it("pass on that auth.session was not called, instead of a throw that ends the process", async () => {
    const { session } = ExpressAuth(config as ExpressAuthConfig)
    const uncalled = session as unknown as (...passed: unknown[]) => unknown
    const port = await start((req, res) => uncalled(req, res, (error: unknown) => res.end(String(error))))
    expect((await get(port)).body).to.include("Write auth.session()")
  })
})
