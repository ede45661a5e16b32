// How do I find out who is behind a WebSocket, and close it when the session ends?
// Works with any OpenID provider: set AUTH_SSO_ISSUER, AUTH_SSO_ID, AUTH_SSO_SECRET, AUTH_SECRET and AUTH_URL. Install ws.
import { createServer, type IncomingMessage } from "node:http"
import express from "express"
import { ExpressAuth, memoryRevocation } from "express-authjs"
import { type WebSocket, WebSocketServer } from "ws"

const auth = ExpressAuth({
  providers: [{ id: "sso", name: "Company account", type: "oidc" }],
  revocation: memoryRevocation(), // Redis or a database if there are several processes
})

export const app = express()
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))

export const server = createServer(app)
const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })

/** Pages of other sites can open WebSockets too: only Origin tells them apart. */
const isOwnPage = ({ headers }: IncomingMessage) =>
  headers.origin === new URL(process.env.AUTH_URL ?? "http://localhost:3000").origin

server.on("upgrade", async (req, socket, head) => {
  socket.on("error", () => socket.destroy())
  const session = isOwnPage(req) ? await auth.getSession(req).catch(() => null) : null
  if (!session)
    return socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
  sockets.handleUpgrade(req, socket, head, (client) => serve(client, req, session.user.name ?? ""))
})

function serve(client: WebSocket, req: IncomingMessage, name: string): void {
  const timer = setInterval(() => void closeIfSignedOut(client, req), Number(process.env.CHECK_MS ?? 5000))
  client.on("close", () => clearInterval(timer))
  client.on("error", console.error)
  client.on("message", (message) => client.send(`${name}: ${message}`))
}

async function closeIfSignedOut(client: WebSocket, req: IncomingMessage): Promise<void> {
  // A request reads its session once, so ask with a new object that has the same headers.
  const session = await auth.getSession(Object.create(req)).catch(() => undefined)
  if (session === null) client.close(4401, "signed out") // `undefined`: unknown during an outage, so it stays open
}

if (process.argv[1] === import.meta.filename) server.listen(3000)
