import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import { createServer as createTlsServer, type TLSSocket } from "node:tls"
import { expect } from "chai"
import { database } from "express-authjs/database"
import mysql from "mysql2"
import mysqlPromise from "mysql2/promise"
import { selfSigned } from "../support/self-signed-certificate.js"

describe("a pool of MySQL", () => {
  for (const [name, open] of [
    ["of ours", (url: string) => url],
    ["of the app", (url: string) => mysql.createPool(url)],
    ["of the app, with promises", (url: string) => mysqlPromise.createPool(url)],
  ] as const)
    it(`${name} outlives a server that accepts a connection, shuts down at once and breaks off TLS`, async () => {
      const server = await startClosingServer()
      const adapter = database(open(server.url))
      // Each new connection outlasts the end of the one before.
      for (let turn = 0; turn < 3; turn++) {
        const failure = await Promise.resolve(adapter.getUser("ada")).catch((error: Error) => error)
        expect(failure).to.be.an("error")
      }
      expect(server.brokenOff).to.be.at.least(2)
      server.close()
    })
})

/**
 * Sends over TLS, in one packet, that it accepts the connection and that it shuts down, and then something that is not
 * TLS.
 */
async function startClosingServer() {
  const { certificate: cert, privateKey: key } = selfSigned("localhost")
  const tls = createTlsServer({ key, cert }, (socket: TLSSocket) => {
    socket.on("error", () => {})
    const farewell = Buffer.concat([packet(3, accepted), packet(0, shuttingDown)])
    socket.once("data", () => socket.write(farewell, () => socket.destroy()))
  })
  const tlsPort = await listen(tls)
  const clients: Socket[] = []
  let brokenOff = 0
  const server = createServer((client) => {
    clients.push(client)
    client.on("error", () => {})
    client.write(packet(0, greeting))
    client.once("data", (request: Buffer) => {
      const upstream = connect(tlsPort, "127.0.0.1")
      upstream.on("error", () => {}).on("close", () => client.write("This is not TLS.", () => brokenOff++))
      upstream.on("data", (data) => client.write(data))
      upstream.write(request.subarray(sslRequestLength))
      client.pipe(upstream)
    })
  })
  const ssl = encodeURIComponent('{"rejectUnauthorized":false}')
  return {
    url: `mysql://ada@127.0.0.1:${await listen(server)}/app?ssl=${ssl}`,
    get brokenOff() {
      return brokenOff
    },
    close: () => {
      for (const client of clients) client.destroy()
      for (const one of [server, tls]) one.close()
    },
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return (server.address() as AddressInfo).port
}

/** The packet before the client's first of TLS. */
const sslRequestLength = 36
/** CLIENT_PROTOCOL_41, CLIENT_SSL, CLIENT_SECURE_CONNECTION and CLIENT_PLUGIN_AUTH. */
const capabilities = 0x0200 | 0x0800 | 0x8000 | 0x80000
const [utf8, autocommit, challengeLength] = [33, 2, 21]
const greeting = Buffer.concat([
  Buffer.from("\x0a8.0.36\0\x01\0\0\0challeng\0", "latin1"),
  uint16(capabilities & 0xffff),
  Buffer.from([utf8, autocommit, 0]),
  uint16(capabilities >>> 16),
  Buffer.from([challengeLength]),
  Buffer.alloc(10),
  Buffer.from("continuation\0mysql_native_password\0", "latin1"),
])
const accepted = Buffer.from([0, 0, 0, autocommit, 0, 0, 0])
const shuttingDown = Buffer.concat([
  Buffer.from([0xff]),
  uint16(1053),
  Buffer.from("#08S01Server shutdown in progress"),
])

function uint16(value: number): Buffer {
  return Buffer.from([value & 0xff, value >>> 8])
}

/** A packet of MySQL's protocol: three bytes of length, a sequence number, the body. */
function packet(sequence: number, body: Buffer): Buffer {
  return Buffer.concat([uint16(body.length), Buffer.from([0, sequence]), body])
}
