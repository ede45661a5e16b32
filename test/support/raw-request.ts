import type { RequestListener } from "node:http"
import { request } from "node:http"
import { cachedLookup } from "./cached-lookup.js"
import { listen } from "./listen.js"

export interface RawAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

interface RawRequest {
  method?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
}

/** Sends one request to an app with exactly this path and these headers, which Node's own clients would refuse. */
export async function rawRequest(
  app: RequestListener,
  path: string,
  options: RawRequest = {},
): Promise<RawAnswer> {
  const { port, close } = await listen(app)
  try {
    return await sendRaw(port, path, options)
  } finally {
    await close()
  }
}

/** Sends the request to a server that is already listening. */
export function sendRaw(
  port: number,
  path: string,
  { method = "GET", headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { port, host: "localhost", path, method, headers, agent: false, lookup: cachedLookup },
      async (response) => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk)
        const text = Buffer.concat(chunks).toString("utf8")
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
      },
    )
    outgoing.on("error", reject).end(body)
  })
}
