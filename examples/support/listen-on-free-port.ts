import { createServer, type RequestListener, type Server } from "node:http"

/** Serves an app on loopback, on the requested port or, if it is taken, on the next free one. */
export async function listenOnFreePort(app: RequestListener, wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 20; port++) if (await listen(createServer(app), port)) return port
  throw new Error(`Ports ${wanted} to ${wanted + 19} are all taken. Choose another: PORT=8080 npm start`)
}

/** Resolves to whether the port was free. */
function listen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(false) : reject(error),
    )
    server.listen(port, "localhost", () => resolve(true))
  })
}
