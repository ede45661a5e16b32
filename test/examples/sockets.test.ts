import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { expect } from "chai"
import type { FakeProvider } from "express-authjs/testing"
import { WebSocket } from "ws"
import { freePort } from "../support/free-port.js"
import { UserAgent } from "../support/user-agent.js"
import { importExample, signInAt, startSso } from "./import-example.js"

describe("examples/sockets.ts", () => {
  let idp: FakeProvider
  let url: string
  let server: typeof import("../../examples/sockets.js")["server"]

  before(async () => {
    const sso = await startSso()
    idp = sso.idp
    const port = await freePort()
    url = `http://localhost:${port}`
    await importExample("sockets.ts", { ...sso.environment, AUTH_URL: url })
    server = (await import("../../examples/sockets.js")).server
    // The example reads both while it runs.
    Object.assign(process.env, { AUTH_URL: url, CHECK_MS: "50" })
    await once(server.listen(port, "localhost"), "listening")
    expect((server.address() as AddressInfo).port).to.equal(port)
  })
  after(async () => {
    delete process.env.AUTH_URL
    delete process.env.CHECK_MS
    server.close().closeAllConnections()
    await idp.close()
  })

  async function signIn(): Promise<UserAgent> {
    const agent = new UserAgent()
    expect((await signInAt(`${url}/`, agent)).body).to.equal("Hello Ada Lovelace")
    return agent
  }

  async function connect(agent: UserAgent, origin = url): Promise<WebSocket> {
    const cookie = await agent.cookies.getCookieString(url)
    return new WebSocket(url.replace("http", "ws"), { headers: { cookie }, origin })
  }

  const refusal = async (socket: WebSocket) => {
    const [, response] = await once(socket, "unexpected-response")
    return response.statusCode
  }

  it("knows who sends a message, and closes the socket after a sign-out", async () => {
    const agent = await signIn()
    const socket = await connect(agent)
    await once(socket, "open")
    socket.send("hello")
    const [message] = await once(socket, "message")
    expect(String(message)).to.equal("Ada Lovelace: hello")
    const closed = once(socket, "close")
    await agent.submit(await agent.get(`${url}/auth/signout`))
    expect((await closed)[0]).to.equal(4401)
  })

  it("S52: refuses anonymous sockets, and those of other origins, also with a session", async () => {
    expect(await refusal(await connect(new UserAgent()))).to.equal(401)
    const agent = await signIn()
    for (const origin of ["https://evil.example", "null", `${url}.evil.example`])
      expect(await refusal(await connect(agent, origin)), origin).to.equal(401)
  })

  it("S52: refuses an old cookie after a sign-out", async () => {
    const agent = await signIn()
    const old = await agent.cookies.clone()
    await agent.submit(await agent.get(`${url}/auth/signout`))
    const cookie = await old.getCookieString(url)
    expect(cookie).to.include("session-token")
    const socket = new WebSocket(url.replace("http", "ws"), { headers: { cookie }, origin: url })
    expect(await refusal(socket)).to.equal(401)
  })
})
