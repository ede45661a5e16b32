import { createServer, type RequestListener } from "node:http"
import express from "express"
import express4 from "express4"

/** Both Express versions we support, for tables of tests. */
export const expressVersions: readonly (readonly [name: string, express: typeof express])[] = [
  ["Express 4", express4],
  ["Express 5", express],
]

export interface Listening {
  /** `http://localhost:<port>`: another site than the provider's 127.0.0.1. */
  url: string
  port: number
  close(): Promise<void>
}

/** Serves an app on a free port of localhost, or of another host of this machine. It keeps no process alive, so that a failed test cannot hang the run. */
export async function listen(app: RequestListener, host = "localhost"): Promise<Listening> {
  const server = createServer(app)
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve))
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("The app has no port")
  server.unref()
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://${host}:${address.port}`, port: address.port, close }
}
