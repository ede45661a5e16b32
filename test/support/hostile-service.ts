import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { gzipSync } from "node:zlib"

/** The behaviour of a malicious or broken service. */
export type Harm = "bomb" | "plain" | "drip" | "silent" | "redirect"

export interface HostileService {
  url: string
  /** Bytes that were sent as bodies, before unpacking. */
  sent: number
  /** The requests that reached the target of its redirects. */
  redirected: { headers: IncomingMessage["headers"]; body: string }[]
  /** Requests whose connection we have not closed. */
  open: Set<ServerResponse>
  close(): Promise<void>
}

/** 64 KiB of gzip that unpack to 64 MiB of spaces. */
const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "))

/** Starts a service that responds to every request in the same harmful way. */
export async function startHostileService(harm: Harm): Promise<HostileService> {
  const redirected: HostileService["redirected"] = []
  const open = new Set<ServerResponse>()
  const service = { url: "", sent: 0, redirected, open, close }
  const trap = createServer(
    (req, res) => void collect(req).then((body) => noteAt(redirected, req, body, res)),
  )
  const server = createServer((req, res) => {
    open.add(res)
    res.once("close", () => open.delete(res))
    answers[harm](res, { service, elsewhere: `http://localhost:${portOf(trap)}/trap`, req })
  })
  for (const one of [trap, server]) {
    await new Promise<void>((resolve) => one.listen(0, "localhost", resolve))
    one.unref()
  }
  service.url = `http://localhost:${portOf(server)}`
  async function close(): Promise<void> {
    for (const one of [trap, server]) {
      one.closeAllConnections()
      await new Promise((resolve) => one.close(resolve))
    }
  }
  return service
}

interface Exchange {
  service: HostileService
  elsewhere: string
  req: IncomingMessage
}

const answers: Record<Harm, (res: ServerResponse, exchange: Exchange) => void> = {
  bomb: (res, { service }) => {
    res.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
    pour(res, packed, service)
  },
  plain: (res, { service }) => {
    res.writeHead(200, { "content-type": "application/json" })
    pour(res, Buffer.alloc(64 * 1024, " "), service)
  },
  drip: (res) => {
    res.writeHead(200, { "content-type": "application/json" })
    const timer = setInterval(() => res.write(" "), 5)
    res.once("close", () => clearInterval(timer))
  },
  silent: () => {},
  redirect: (res, { elsewhere }) => {
    res.writeHead(307, { location: elsewhere, "content-type": "application/json" }).end("{}")
  },
}

/** Sends an endless body as fast as it is read. */
function pour(res: ServerResponse, chunk: Buffer, service: HostileService): void {
  const more = () => {
    if (res.destroyed) return
    service.sent += chunk.length
    if (res.write(chunk)) setImmediate(more)
    else res.once("drain", more)
  }
  more()
}

function portOf(server: ReturnType<typeof createServer>): number {
  return (server.address() as AddressInfo).port
}

async function collect(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function noteAt(
  redirected: HostileService["redirected"],
  { headers }: IncomingMessage,
  body: string,
  res: ServerResponse,
): void {
  redirected.push({ headers, body })
  res.writeHead(200, { "content-type": "application/json" }).end('{"id":"1","access_token":"t"}')
}
