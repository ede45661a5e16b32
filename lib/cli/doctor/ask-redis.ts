import { connect, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import { printable } from "./finding.js"
import { inTime } from "./in-time.js"

/**
 * Asks a Redis server for its eviction policy, in its own protocol (RESP2), so that no client package is needed.
 *
 * @returns the policy; `undefined` if the server does not tell it, as hosted ones do not
 * @throws {Error} if it cannot be reached or refuses the password; the message contains no part of the URL
 */
export async function askRedis(url: string): Promise<string | undefined> {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol))
    throw new Error("REDIS_URL is not a URL that begins with redis:// or rediss://.")
  const { username, password, ...address } = toAddress(new URL(url))
  const names = username ? [username, password] : [password]
  const commands = [
    ...(password ? [["AUTH", ...names]] : []),
    ["CONFIG", "GET", "maxmemory-policy"],
    ["PING"],
  ]
  const socket = address.tls ? connectTls({ ...address, servername: address.host }) : connect(address)
  const reply = await inTime(exchange(socket, commands.map(encode).join(""))).finally(() => socket.destroy())
  const refusal = /^-(?:NOAUTH|WRONGPASS|ERR AUTH|ERR invalid password)[^\r]*/m.exec(reply)
  if (refusal) throw new Error(`Redis refuses the password: ${printable(refusal[0])}`)
  return /\bmaxmemory-policy\r\n\$\d+\r\n([\w-]+)/.exec(reply)?.[1]
}

interface Address {
  readonly host: string
  readonly port: number
  readonly tls: boolean
}

function toAddress(url: URL): Address & { username: string; password: string } {
  return {
    host: url.hostname.replace(/^\[|\]$/g, "") || "localhost",
    port: Number(url.port || 6379),
    tls: url.protocol === "rediss:",
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
}

function encode(command: readonly string[]): string {
  return [`*${command.length}`, ...command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}`), ""].join(
    "\r\n",
  )
}

/** Sends commands and returns everything that arrives up to the reply to PING. */
function exchange(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = ""
    socket.once("error", reject)
    socket.once("close", () => reject(new Error("The connection was closed without a reply.")))
    socket.on("data", (chunk) => {
      reply += chunk.toString("latin1")
      if (/\+PONG\r\n$|^-(?:NOAUTH|WRONGPASS)/m.test(reply)) resolve(reply)
      else if (reply.length > 65_536) reject(new Error("This is no Redis server."))
    })
    socket.write(text)
  })
}
