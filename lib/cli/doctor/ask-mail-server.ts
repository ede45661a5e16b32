import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import { printable } from "./finding.js"
import { inTime } from "./in-time.js"

/** How a mail server encrypts: from the first byte, on request, or not at all. */
export type Encryption = "TLS" | "STARTTLS" | "none"

/**
 * Greets a mail server as Nodemailer would, up to encryption. Does not sign in, and sends no mail.
 *
 * @param url e.g. `smtp://user:password@smtp.example.com:587`
 * @throws {Error} if it cannot be reached, is no mail server, or has a certificate that is not trusted; the message
 * contains no part of the URL
 */
export async function askMailServer(url: URL): Promise<Encryption> {
  const isTls = url.protocol === "smtps:" || url.searchParams.get("secure") === "true"
  const host = url.hostname.replace(/^\[|\]$/g, "") || "localhost"
  const address = { host, port: Number(url.port || (isTls ? 465 : 587)) }
  const socket = isTls ? connectTls({ ...address, servername: host }) : connect(address)
  try {
    return await inTime(greet(socket, { isTls, host }))
  } finally {
    socket.destroy()
  }
}

async function greet(socket: Socket, { isTls, host }: { isTls: boolean; host: string }): Promise<Encryption> {
  await replyOf(socket, "220")
  const extensions = await ask(socket, "EHLO localhost", "250")
  if (isTls) return "TLS"
  if (!/^250[ -]STARTTLS\b/im.test(extensions)) return "none"
  await ask(socket, "STARTTLS", "220")
  await greetEncrypted(socket, host)
  return "STARTTLS"
}

async function greetEncrypted(socket: Socket, servername: string): Promise<void> {
  const encrypted = connectTls({ socket, servername })
  try {
    await once(encrypted, "secureConnect")
    await ask(encrypted, "EHLO localhost", "250")
  } finally {
    encrypted.destroy()
  }
}

function ask(socket: Socket, command: string, expected: string): Promise<string> {
  socket.write(`${command}\r\n`)
  return replyOf(socket, expected)
}

/** Reads one reply, whose last line has a space after its code. */
function replyOf(socket: Socket, expected: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ""
    const fail = (message: string) => reject(new Error(message))
    const read = (chunk: Buffer) => {
      text += chunk.toString("latin1")
      const code = /^(\d{3}) [^\n]*\n$/m.exec(text)?.[1]
      if (/^\D/.test(text) || text.length > 65_536) return fail("This is no mail server.")
      if (code === undefined) return undefined
      socket.off("data", read)
      return code === expected ? resolve(text) : fail(`The mail server refuses: ${printable(text)}`)
    }
    socket.on("data", read)
    socket.once("error", reject)
    socket.once("close", () => fail("The connection was closed without a reply."))
  })
}
