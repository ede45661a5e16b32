import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Request, Response } from "express"

/** A request from a client that reaches the app at this origin. */
export interface RequestOrigin {
  readonly origin: string
  /** Whether the app itself serves HTTPS if the origin does. Otherwise a proxy in front of it says so. */
  readonly isDirect: boolean
}

/**
 * Calls a function with a request and a response as Express passes them to the app's handlers: over a loopback
 * connection, with the app's settings.
 */
export async function withinRequest<Result>(
  app: object,
  from: RequestOrigin,
  act: (req: Request, res: Response) => Promise<Result>,
): Promise<Result> {
  const server = createServer()
  const acted = new Promise<Result>((resolve, reject) => {
    server.once("error", reject).once("request", (req: IncomingMessage, res: ServerResponse) => {
      const exchange = toExpress(app, req, res)
      if (isHttps(from) && from.isDirect) Object.assign(req.socket, { encrypted: true })
      act(...exchange)
        .then(resolve, reject)
        .finally(() => res.end())
    })
  })
  await send(server, from)
  return acted.finally(() => server.close())
}

async function send(server: Server, from: RequestOrigin): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const { host } = new URL(from.origin)
  const headers = { ...proxyHeaders(from), "user-agent": "express-authjs/testing", connection: "close" }
  get({ host: "127.0.0.1", port, headers: { ...headers, host }, agent: false }, (response) =>
    response.resume(),
  )
}

/** Returns the headers that tell an app behind a proxy of its scheme. */
export function proxyHeaders(from: RequestOrigin): Record<string, string> {
  return isHttps(from) && !from.isDirect ? { "x-forwarded-proto": "https" } : {}
}

function isHttps({ origin }: RequestOrigin): boolean {
  return origin.startsWith("https:")
}

/** Gives a request what Express adds before it calls the first handler. Other servers get Node's own. */
function toExpress(app: object, req: IncomingMessage, res: ServerResponse): [req: Request, res: Response] {
  const { request, response } = app as { request?: Request; response?: Response }
  if (request && response) {
    Object.setPrototypeOf(req, request)
    Object.setPrototypeOf(res, response)
  }
  const added = {
    res,
    originalUrl: req.url,
    baseUrl: "",
    params: {},
    ...(!("query" in req) && { query: {} }),
  }
  return [
    Object.assign(req, added) as unknown as Request,
    Object.assign(res, { req, locals: {} }) as Response,
  ]
}
