import { type AddressInfo, createServer } from "node:net"
import { expect } from "chai"
import { database } from "express-authjs/database"
import pg from "pg"

describe("a pool of PostgreSQL", () => {
  for (const [name, open] of [
    ["of ours", (url: string) => url],
    ["of the app", (url: string) => new pg.Pool({ connectionString: url })],
  ] as const)
    it(`${name} outlives a server that accepts a connection and shuts down at once`, async () => {
      const server = await startClosingServer()
      const adapter = database(open(server.url))
      const failure = await Promise.resolve(adapter.getUser("ada")).catch((error: Error) => error)
      expect(failure).to.be.an("error")
      expect(server.accepted).to.be.greaterThan(0)
      server.close()
    })
})

/** Sends that it is ready and that it shuts down in one packet, which a client reads in one go. */
async function startClosingServer() {
  let accepted = 0
  const server = createServer((socket) => {
    socket.on("error", () => {})
    socket.once("data", () => {
      accepted += 1
      socket.end(Buffer.concat([message("R", "\0\0\0\0"), message("Z", "I"), message("E", shuttingDown)]))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `postgres://ada@127.0.0.1:${port}/app`,
    get accepted() {
      return accepted
    },
    close: () => server.close(),
  }
}

const shuttingDown = [
  "SFATAL",
  "C57P01",
  "Mterminating connection due to administrator command",
  "",
  "",
].join("\0")

/** A message of PostgreSQL's wire protocol, version 3. */
function message(type: string, body: string): Buffer {
  const head = Buffer.alloc(5)
  head.write(type)
  head.writeInt32BE(4 + body.length, 1)
  return Buffer.concat([head, Buffer.from(body, "latin1")])
}
