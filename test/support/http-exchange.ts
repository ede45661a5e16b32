import { type IncomingMessage, request as startHttp } from "node:http"
import { request as startHttps } from "node:https"
import { cachedLookup } from "./cached-lookup.js"

interface Outgoing {
  method: string
  headers: Record<string, string>
  body?: string
  /** Where requests to an origin that is not this machine's go. */
  via?: Via | undefined
}

/** A server on this machine that stands for `origin`, as if the name server said so. */
export interface Via {
  origin: string
  port: number
  /** Its certificate, as PEM text. */
  ca: string
  /** The address of the client. */
  localAddress?: string
}

interface Incoming {
  status: number
  headers: Headers
  body: string
}

/** One request with exactly these headers: Node's `fetch` would set `Sec-Fetch-Mode: cors` on every request. */
export function exchange(url: string, { method, headers, body, via }: Outgoing): Promise<Incoming> {
  const start = url.startsWith("https:") ? startHttps : startHttp
  const form = {
    "content-type": "application/x-www-form-urlencoded",
    "content-length": Buffer.byteLength(body ?? ""),
  }
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: { host: new URL(url).host, ...(body !== undefined && form), ...headers },
      agent: false as const,
      lookup: cachedLookup,
      ...connection(url, via),
    }
    const outgoing = start(url, options, (response) => readAnswer(response).then(resolve, reject))
    outgoing.on("error", reject).end(body)
  })
}

function connection(url: string, via: Via | undefined) {
  const { origin, hostname } = new URL(url)
  if (!via || origin !== via.origin) return {}
  const { port, ca, localAddress = "127.0.0.1" } = via
  return { hostname: "127.0.0.1", servername: hostname, port, ca, localAddress }
}

async function readAnswer(response: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const headers = new Headers()
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks).toString("utf8") }
}
