import type { Request as ExpressRequest } from "express"

interface WebRequestParts {
  /** The absolute URL to pass to core. */
  url: string
  method: "GET" | "POST"
  /** The Cookie header, built for this call. The browser's cookies never reach core. */
  cookie: string
  /** Sent as JSON. */
  body?: unknown
}

/** Headers that describe the original body, or apply to the connection only. */
const dropped = new Set([
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "x-auth-return-redirect",
])

/**
 * Builds the Web Request to pass to core: the headers of the Express request, which apps read in `authorize`, with our
 * URL, cookies and body. A POST is aborted when the client disconnects.
 */
export function toWebRequest(req: ExpressRequest, { url, method, cookie, body }: WebRequestParts): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers)) {
    if (dropped.has(name) || name.startsWith(":") || value === undefined) continue
    for (const item of [value].flat()) headers.append(name, item)
  }
  if (cookie) headers.set("cookie", cookie)
  if (method === "GET") return new Request(url, { headers })
  headers.set("content-type", "application/json")
  return new Request(url, { method, headers, body: JSON.stringify(body ?? {}), signal: abortSignal(req) })
}

function abortSignal({ res }: ExpressRequest): AbortSignal {
  const controller = new AbortController()
  res?.once("close", () => {
    if (!res.writableFinished) controller.abort()
  })
  return controller.signal
}
