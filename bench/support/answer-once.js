import { connect } from "node:net"

/**
 * Serves an app until it has answered one request, for the path and with the `Cookie` header that the command line
 * names. Prints the response, and what the process has used so far. The client is a bare socket: one of HTTP would load.
 */
export function answerOnce(app) {
  const [path, cookie = ""] = process.argv.slice(2)
  const server = app.listen(0, "127.0.0.1", () => {
    const { port } = server.address()
    const head = [`GET ${path} HTTP/1.1`, `Host: localhost:${port}`, "Accept: text/html", "Connection: close"]
    const chunks = []
    connect(port, "127.0.0.1")
      .on("data", (chunk) => chunks.push(chunk))
      .on("end", () => report(Buffer.concat(chunks).toString()))
      .write([...head, ...(cookie ? [`Cookie: ${cookie}`] : []), "", ""].join("\r\n"))
  })
}

function report(response) {
  const clock = performance.now()
  const { user, system } = process.cpuUsage()
  process.stdout.write(JSON.stringify({ clock, cpu: (user + system) / 1000, response }), () => process.exit())
}
