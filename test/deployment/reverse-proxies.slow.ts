import { once } from "node:events"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo, LookupFunction } from "node:net"
import { expect } from "chai"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { WebSocket, WebSocketServer } from "ws"
import { exchange } from "../support/http-exchange.js"
import type { Listening } from "../support/listen.js"
import { type OpenIdProvider, startOpenIdProvider } from "../support/openid-provider.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { until } from "../support/until.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { withEnvironment } from "../support/with-environment.js"
import { type RunningProxy, reverseProxies } from "./reverse-proxy.js"

const origin = "https://example.com"

type Address = Pick<ExpressAuthConfig, "url" | "hosts">

const addresses: Record<string, Address> = {
  "AUTH_URL says the address": { url: origin },
  "the proxy's headers say the address": { hosts: ["example.com"] },
}

/** The app of the guide behind its proxy, which alone is trusted: the test's clients have other loopback addresses. */
function createApp(name: string, { issuer, clientId, clientSecret }: OpenIdProvider, address: Address) {
  const auth = withEnvironment({ NODE_ENV: "production", AUTH_SECRET: "s".repeat(33) }, () =>
    ExpressAuth({
      ...address,
      providers: [{ id: "sso", name: "Company account", type: "oidc", issuer, clientId, clientSecret }],
      logger: { warn: () => {} },
    }),
  )
  const app = express()
  app.set("trust proxy", "127.0.0.1")
  app.use("/auth", auth)
  app.get("/", auth.requireAuth(), (req, res) => res.json({ user: req.auth.user.name, process: name }))
  app.get("/seen", ({ ip, protocol, hostname, originalUrl }, res) =>
    res.json({ ip, protocol, hostname, originalUrl }),
  )
  app.get("/long", (_req, res) => {
    for (const name of ["a", "b", "c"]) res.append("Set-Cookie", `${name}=${"x".repeat(4000)}`)
    res.end()
  })
  app.get("/seen/*rest", ({ originalUrl }, res) => res.json({ originalUrl }))
  return app
}

/** Serves the app, and WebSockets that repeat what they hear. */
async function serve(app: RequestListener): Promise<Listening> {
  const server = createServer(app)
  const sockets = new WebSocketServer({ server })
  sockets.on("connection", (socket, { headers }) =>
    socket.on("message", (message) => socket.send(`${headers.host}: ${message}`)),
  )
  await once(server.listen(0, "127.0.0.1"), "listening")
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.close().closeAllConnections()
    sockets.close()
  }
  return { url: `http://127.0.0.1:${port}`, port, close }
}

for (const proxy of reverseProxies)
  for (const [told, address] of Object.entries(addresses))
    describe(`behind ${proxy.name} as the deployment guide configures it, where ${told}`, () => {
      let provider: OpenIdProvider
      let processes: [Listening, Listening]
      let front: RunningProxy

      before(async () => {
        provider = await startOpenIdProvider({ redirectUris: [`${origin}/auth/callback/sso`] })
        processes = [
          await serve(createApp("first", provider, address)),
          await serve(createApp("second", provider, address)),
        ]
        front = await proxy.start([processes[0].port, processes[1].port])
      })
      after(() => Promise.all([front?.stop(), provider.close(), ...processes.map((app) => app.close())]))

      const visitor = () => new UserAgent({ via: { ...front, localAddress: "127.0.0.2" } })

      async function see(path: string, headers: Record<string, string> = {}) {
        const { status, body } = await visitor().get(origin + path, headers)
        expect(status, body).to.equal(200)
        return JSON.parse(body)
      }

      it("signs in with Secure cookies and an https redirect URI, whichever process answers", async () => {
        const agent = visitor()
        const page = await agent.followAll(await agent.get(`${origin}/`))
        expect(page.url).to.match(/^https:\/\/example\.com\/auth\/signin\?/)
        const leaving = await agent.submit(page, { button: /Company account/ })
        const redirectUri = new URL(redirectTarget(leaving) ?? "").searchParams.get("redirect_uri")
        expect(redirectUri).to.equal(`${origin}/auth/callback/sso`)
        const back = await signInAtProvider(agent, leaving, { name: "Ada Lovelace" })
        const cookies = [...page.setCookies, ...leaving.setCookies, ...back.setCookies]
        expect(cookies.some((cookie) => cookie.startsWith("__Secure-authjs.session-token="))).to.equal(true)
        for (const cookie of cookies)
          expect(cookie)
            .to.match(/^__(?:Secure|Host)-/)
            .and.match(/; Secure/)
        const seen = new Set<string>()
        await until(async () => {
          const { user, process } = JSON.parse((await agent.get(`${origin}/`)).body)
          expect(user).to.equal("Ada Lovelace")
          return seen.add(process).size === 2
        })
      })

      it("tells the app the visitor's address, scheme and host, whatever the visitor claims", async () => {
        const forged = {
          "x-forwarded-for": "203.0.113.7",
          "x-forwarded-proto": "http",
          "x-forwarded-host": "evil.example",
        }
        for (const headers of [{}, forged])
          expect(await see("/seen", headers)).to.deep.equal({
            ip: "127.0.0.2",
            protocol: "https",
            hostname: "example.com",
            originalUrl: "/seen",
          })
      })

      it("forwards paths as they were sent", async () => {
        for (const path of ["/seen/a%2Fb", "/seen/%E2%82%AC?q=%2F&r=a+b"])
          expect((await see(path)).originalUrl).to.equal(path)
      })

      it("forwards sessions of 12 KB, in several cookies", async () => {
        const cookie = Array.from({ length: 3 }, (_, n) => `part.${n}=${"x".repeat(4000)}`).join("; ")
        expect(await see("/seen", { cookie })).to.include({ protocol: "https" })
      })

      it("returns 12 KB of cookies, such as a form that a guard keeps", async () => {
        const { status, setCookies } = await visitor().get(`${origin}/long`)
        expect(status).to.equal(200)
        expect(setCookies).to.have.lengthOf(3)
      })

      it("shows what the guide's check-list asks for", async () => {
        const { setCookies } = await visitor().get(`${origin}/auth/csrf`)
        expect(setCookies.join()).to.match(/^__Host-authjs\.csrf-token=.*; Secure/)
        const { sso } = await see("/auth/providers", { "x-forwarded-host": "evil.example" })
        expect(sso.callbackUrl).to.equal(`${origin}/auth/callback/sso`)
      })

      it("redirects from http, and never to another host", async () => {
        const { status, headers } = await exchange(`http://127.0.0.1:${front.httpPort}/notes?page=2`, {
          method: "GET",
          headers: { host: "example.com" },
        })
        expect(status).to.be.oneOf([301, 308])
        expect(headers.get("location")).to.equal(`${origin}/notes?page=2`)
      })

      it("passes WebSockets", async () => {
        const { port, ca } = front
        const lookup: LookupFunction = (_host, { all }, done) =>
          all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4)
        const socket = new WebSocket(`wss://example.com:${port}/`, { ca, lookup })
        await once(socket, "open")
        socket.send("hello")
        const [message] = await once(socket, "message")
        expect(String(message)).to.match(/^example\.com(:\d+)?: hello$/)
        socket.terminate()
      })

      it("answers every request while one of the processes is down", async () => {
        await processes[0].close()
        for (let n = 0; n < 10; n++) await see("/seen")
      })
    })
