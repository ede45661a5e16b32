import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { Response as ExpressResponse } from "express"
import { appendSetCookies } from "./cookies.js"

/**
 * Sends a Web Response as an Express response: status, headers, cookies (in addition to those that the app has set),
 * and the streamed body. Does nothing if the response was already sent or the client has disconnected.
 */
export async function sendWebResponse(response: Response, res: ExpressResponse): Promise<void> {
  if (res.headersSent || res.destroyed) return response.body?.cancel()
  res.status(response.status)
  appendSetCookies(res, response.headers.getSetCookie())
  for (const [name, value] of response.headers) if (name !== "set-cookie") res.setHeader(name, value)
  if (!response.body || res.req.method === "HEAD") {
    res.end(textOf(response))
    return response.body?.cancel()
  }
  await pipeline(Readable.fromWeb(response.body as import("node:stream/web").ReadableStream), res).catch(
    ignoreAbort,
  )
}

/** A client that disconnects during the response is not an error. */
function ignoreAbort(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error
}

const texts = new WeakMap<Response, string>()

/**
 * Creates a Web Response for `sendWebResponse` with a string as its body. The string is kept beside the response: a
 * real body would be a stream, which costs more than rendering a page. The response's own `text()` is therefore empty.
 */
export function toTextResponse(text: string, init: ResponseInit): Response {
  const response = new Response(null, init)
  texts.set(response, text)
  return response
}

/** Returns the body of a response created by {@link toTextResponse}, or `undefined` for any other. */
export function textOf(response: Response): string | undefined {
  return texts.get(response)
}
