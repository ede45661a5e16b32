import { strict as assert } from "node:assert"
import { fileURLToPath } from "node:url"
import { Browser } from "./support/browser.js"
import { cpuSeconds, startServer, stopServer } from "./support/server.js"
import { atMost, median, toTable } from "./support/statistics.js"

export const title = "Whole sign-ins"

const WARM_UP = 4000
const ROUNDS = 25
const SIGN_INS = 60
const fileOf = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Processor time of a whole sign-in: the CSRF token, the request that starts it and, with OAuth, the callback. */
const kinds = [
  { kind: "OAuth", signIn: signInWithOAuth, names: ["ours", "auth-express"], target: 0.65 },
  { kind: "credentials", signIn: signInWithPassword, names: ["ours", "auth-express", "bare"], target: 0.6 },
]

export async function run() {
  const results = []
  for (const kind of kinds) results.push({ ...kind, servers: await measure(kind) })
  return { text: toText(results), checks: results.map(toCheck) }
}

/** Measures the servers in many short rounds, so that other work on the machine slows all of them alike. */
async function measure({ kind, signIn, names }) {
  const provider = await startServer(fileOf("support/oauth-provider.js"))
  process.env.BENCH_PROVIDER = `http://127.0.0.1:${provider.port}`
  const servers = []
  try {
    for (const name of names) servers.push(await startServer(fileOf(`sign-ins/${name}.js`)))
    for (const server of servers) await repeat(signIn, server, WARM_UP)
    const samples = servers.map(() => [])
    for (let round = 1; round <= ROUNDS; round++) {
      for (const [index, server] of servers.entries())
        samples[index].push(await microsecondsOf(signIn, server))
      console.log(`round ${round}  ${kind}  ${samples.map((times) => times.at(-1).toFixed(0)).join(", ")} µs`)
    }
    return servers.map(({ title }, index) => ({ title, samples: samples[index] }))
  } finally {
    await Promise.all([provider, ...servers].map(stopServer))
  }
}

/** Microseconds of the server's processor time for one sign-in. */
async function microsecondsOf(signIn, server) {
  const before = await cpuSeconds(server)
  await repeat(signIn, server, SIGN_INS)
  return (((await cpuSeconds(server)) - before) * 1e6) / SIGN_INS
}

async function repeat(signIn, { port }, times) {
  for (let time = 0; time < times; time++) await signIn(new Browser(`http://127.0.0.1:${port}`))
}

async function signInWithOAuth(browser) {
  const csrfToken = await csrfTokenOf(browser)
  const started = await browser.post("/auth/signin/idp", { csrfToken, callbackUrl: browser.origin })
  const state = new URL(started.headers.get("location")).searchParams.get("state")
  requireSession(
    browser,
    await browser.get(`/auth/callback/idp?${new URLSearchParams({ code: "a code", state })}`),
  )
}

async function signInWithPassword(browser) {
  const fields = { csrfToken: await csrfTokenOf(browser), username: "ada", password: "correct" }
  requireSession(browser, await browser.post("/auth/callback/credentials", fields))
}

async function csrfTokenOf(browser) {
  return (await (await browser.get("/auth/csrf")).json()).csrfToken
}

function requireSession(browser, { status }) {
  assert.ok(browser.cookieHeader("authjs.session-token"), `A sign-in ended with ${status} and no session`)
}

/** How many times the processor time of `@auth/express` a server takes. */
function timesTheirs({ samples }, [, theirs]) {
  return median(samples.map((time, round) => time / theirs.samples[round]))
}

function toText(results) {
  const rows = results.flatMap(({ kind, servers }) =>
    servers.map((server) => [
      `${kind}, ${server.title}`,
      median(server.samples).toFixed(0),
      timesTheirs(server, servers).toFixed(2),
    ]),
  )
  return toTable(["", "processor µs per sign-in", "times @auth/express"], rows)
}

function toCheck({ kind, servers, target }) {
  const what = `whole sign-in with ${kind}: processor time, times @auth/express`
  return atMost(what, timesTheirs(servers[0], servers), target)
}
