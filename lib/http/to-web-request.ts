import type { Request as ExpressRequest } from "express"

interface WebRequestParts {
  /** The absolute URL core is to see. */
  url: string
  method: "GET" | "POST"
  /** A Cookie header made for this call; the browser's own never reaches core. */
  cookie: string
  body?: unknown
}

/** Headers that describe the body the browser sent, or that only concern the connection. */
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
 * Builds the Web Request that core gets: the headers of the Express request (apps read `user-agent` and the like in
 * `authorize`), with URL, cookies and body as we decided them. Aborted when the browser goes away.
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
