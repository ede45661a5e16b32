import { readFileSync } from "node:fs"
import autocannon from "autocannon"

const [url, cookieFile, duration, connections] = process.argv.slice(2)
const cookies = readFileSync(cookieFile, "utf8").trim().split("\n")

let started = 0

/** Each connection takes its own share of the cookies, so that no two send the same one. */
function setupClient(client) {
  const first = started++
  const own = cookies.filter((_cookie, index) => index % Number(connections) === first % cookies.length)
  client.setRequests(own.map((cookie) => ({ method: "GET", headers: { cookie } })))
}

const result = await autocannon({
  url,
  duration: Number(duration),
  connections: Number(connections),
  setupClient,
})

const { requests, non2xx, errors, timeouts } = result
console.log(
  JSON.stringify({
    requests: requests.total,
    seconds: result.duration,
    failed: non2xx + errors + timeouts,
  }),
)
