import { once } from "node:events"
import { request } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { networkInterfaces } from "node:os"
import { text } from "node:stream/consumers"
import { expect } from "chai"
import express from "express"
import { isDevelopmentRequest } from "../../lib/development/is-development-request.js"
import { listen } from "../support/listen.js"

/** What the check says of a request that really arrives. */
async function check(
  headers: Record<string, string>,
  { development = true, origin = "", address = "127.0.0.1", listenOn = "" } = {},
): Promise<boolean> {
  let seen: boolean | undefined
  const app = express().use((req, res) => {
    seen = isDevelopmentRequest({ req, config: { development, origin } })
    res.end()
  })
  const server = app.listen(0, listenOn || address)
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  const sent = request({ host: address, port, headers }).end()
  const [response] = await once(sent, "response")
  response.resume()
  server.close()
  if (seen === undefined) throw new Error("The request did not arrive.")
  return seen
}

describe("isDevelopmentRequest", () => {
  for (const host of [
    "localhost",
    "localhost:3000",
    "app.localhost:3000",
    "a.b.LOCALHOST",
    "127.0.0.1:80",
    "[::1]:3000",
  ])
    it(`accepts the host ${host} from this machine`, async () => {
      expect(await check({ host })).to.equal(true)
    })

  it("accepts a connection over IPv6, and one that a socket for both families accepted", async () => {
    expect(await check({ host: "localhost" }, { address: "::1" })).to.equal(true)
    expect(await check({ host: "localhost" }, { listenOn: "::", address: "127.0.0.1" })).to.equal(true)
  })

  it("refuses everything outside development (S55)", async () => {
    expect(await check({ host: "localhost" }, { development: false })).to.equal(false)
  })

  const foreign = [
    "example.com",
    "localhost.example.com",
    "notlocalhost",
    "192.168.1.2",
    "0.0.0.0",
    "127.0.0.1.nip.io",
    "localhost@evil.example",
    "localhost, evil.example",
    ".localhost",
  ]
  for (const host of foreign)
    it(`refuses the host "${host}", which can be that of a tunnel or a rebound name (S55)`, async () => {
      expect(await check({ host })).to.equal(false)
    })

  const forwarded = [
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "CF-Connecting-IP",
    "CF-Ray",
    "True-Client-IP",
    "X-Original-Host",
    "X-Client-IP",
    "Fly-Client-IP",
    "X-Azure-ClientIP",
    "Tailscale-User-Login",
    "X-Forwarded",
    "Client-IP",
    "Front-End-Https",
    "X-Scheme",
    "X-NginX-Proxy",
    "X-Request-Start",
    "X-Amzn-Trace-Id",
    "X-ARR-SSL",
    "Disguised-Host",
    "WL-Proxy-Client-IP",
    "X-Remote-IP",
  ]
  for (const name of forwarded)
    it(`refuses a request with ${name}, whatever it says (S55)`, async () => {
      expect(await check({ host: "localhost", [name]: "127.0.0.1" })).to.equal(false)
      expect(await check({ host: "localhost", [name]: "" })).to.equal(false)
    })

  it("refuses an app whose configured address is elsewhere (S55)", async () => {
    expect(await check({ host: "localhost" }, { origin: "http://localhost:3000" })).to.equal(true)
    expect(await check({ host: "localhost" }, { origin: "https://example.com" })).to.equal(false)
  })

  it("refuses HTTP/1.0, which nginx speaks and browsers do not (S55)", async () => {
    const { port, close } = await listen(
      express().use((req, res) => {
        res.json(isDevelopmentRequest({ req, config: { development: true, origin: undefined } }))
      }),
    )
    const socket = connect(port, "localhost")
    socket.end("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
    expect(await text(socket)).to.match(/^HTTP\/1\.1 200.*false$/s)
    await close()
  })

  it("refuses another machine in the network that claims to be localhost (S55)", async function () {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === "IPv4")?.address
    if (!address) return this.skip()
    expect(await check({ host: "localhost" }, { listenOn: "0.0.0.0", address })).to.equal(false)
  })
})
