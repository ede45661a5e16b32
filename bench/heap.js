import { IncomingMessage } from "node:http"
import { Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { runScript } from "./support/pinned.js"
import { atMost, toTable } from "./support/statistics.js"

export const title = "Memory"

const TOKENS = Number(process.env.BENCH_TOKENS ?? 1_000_000)
/** Megabytes: the default bound of the cache, and what is allowed on top of it. */
const ALLOWED = 4 + 10
const secret = "a secret of the benchmark, which protects nothing at all"
const salt = "authjs.session-token"

/** Growth of the heap after very many distinct tokens. */
export async function run() {
  const { heap, rss, seconds } = await runScript(["--expose-gc", fileURLToPath(import.meta.url)])
  const cells = [TOKENS.toLocaleString("en"), heap.toFixed(1), rss.toFixed(1), seconds.toFixed(0)]
  return {
    text: toTable(
      ["distinct tokens read", "heap grew by MB", "resident set grew by MB", "in seconds"],
      [cells],
    ),
    checks: [atMost(`heap growth after ${cells[0]} tokens`, heap, ALLOWED, " MB")],
  }
}

async function measure() {
  const { default: express } = await import("express")
  const { ExpressAuth } = await import("express-authjs")
  const { default: GitHub } = await import("express-authjs/providers/github")
  const { encode } = await import("express-authjs/jwt")
  const app = express()
  const auth = ExpressAuth({
    url: "http://localhost",
    secret,
    providers: [GitHub({ clientId: "bench", clientSecret: "bench" })],
  })
  const socket = new Socket()

  async function read(sub) {
    const token = await encode({
      token: { sub, name: "Ada Lovelace", email: `${sub}@example.com` },
      secret,
      salt,
    })
    const req = Object.setPrototypeOf(new IncomingMessage(socket), app.request)
    req.headers = { host: "localhost", cookie: `${salt}=${token}` }
    const session = await auth.getSession(req)
    if (session?.user.id !== sub) throw new Error(`Token ${sub} was read as ${session?.user.id}`)
  }

  for (let i = 0; i < 1000; i++) await read(`warm-${i}`)
  const start = performance.now()
  const before = used()
  for (let i = 0; i < TOKENS; i++) await read(String(i))
  const after = used()
  const grown = (key) => (after[key] - before[key]) / 1024 / 1024
  return { heap: grown("heapUsed"), rss: grown("rss"), seconds: (performance.now() - start) / 1000 }
}

function used() {
  for (let i = 0; i < 3; i++) globalThis.gc()
  return process.memoryUsage()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await measure()))
