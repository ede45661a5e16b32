import { once } from "node:events"
import { createServer } from "node:http"

// An OAuth provider that accepts every code. It runs in a process of its own, so that its work is not the contender's.
const documents = {
  "/token": { access_token: "an access token", token_type: "bearer", expires_in: 3600 },
  "/userinfo": { sub: "ada", name: "Ada Lovelace", email: "ada@example.com" },
}

const server = createServer((req, res) => {
  const body = JSON.stringify(documents[req.url] ?? {})
  req.resume()
  res.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
  res.end(body)
}).listen(0, "127.0.0.1")
await once(server, "listening")
console.log(
  JSON.stringify({ title: "an OAuth provider", port: server.address().port, path: "", cookies: [] }),
)
