import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import type { Response as ExpressResponse } from "express"
import { appendSetCookies } from "./cookies.js"
import { textOf } from "./text-response.js"

/**
 * Writes a Web Response to an Express response: status, every header, every Set-Cookie (beside those the app has set
 * already), and the body as it streams. A response that was already sent, or whose browser left, is not written to.
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

/** A browser that leaves in the middle of a page is no fault of ours. */
function ignoreAbort(error: NodeJS.ErrnoException): void {
  if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error
}
