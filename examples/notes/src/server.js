import { app } from "./app.js"
import { closeDatabase, migrate } from "./database.js"

const { PORT = "3000", HOST = "127.0.0.1", NODE_ENV } = process.env

if (NODE_ENV === "development") await migrate() // in production, npm run migrate when you deploy

const server = app.listen(Number(PORT), HOST, (error) => {
  if (error) throw error
  console.log(`Notes on http://${HOST === "127.0.0.1" ? "localhost" : HOST}:${server.address().port}`)
})

// Longer than the proxy keeps an idle connection (nginx: 60 s), so that it never sends a request into a closed one.
server.keepAliveTimeout = 65_000

/** Finishes the requests in progress, closes the database, and ends the process. */
function stop() {
  setTimeout(() => process.exit(1), 10_000).unref()
  setInterval(() => server.closeIdleConnections(), 100).unref()
  server.close(async () => {
    await closeDatabase()
    process.exit()
  })
}
process.once("SIGTERM", stop) // Docker, systemd, Kubernetes, node --watch
process.once("SIGINT", stop) // Ctrl+C
