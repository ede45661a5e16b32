import { strict as assert } from "node:assert"
import { fileURLToPath } from "node:url"
import { Browser } from "./support/browser.js"
import { settings } from "./support/rounds.js"
import { cpuSeconds, startServer, stopServer } from "./support/server.js"
import { atMost, median, toTable } from "./support/statistics.js"

export const title = "Whole sign-ins"

const WARM_UP = 2000
const SIGN_INS = 300
const fileOf = (path) => fileURLToPath(new URL(path, import.meta.url))

/** Processor time of a whole sign-in: the CSRF token, the request that starts it and, with OAuth, the callback. */
const kinds = [
  { kind: "OAuth", signIn: signInWithOAuth, target: 1 },
  { kind: "credentials", signIn: signInWithPassword, target: 0.6 },
]

export async function run() {
  const provider = await startServer(fileOf("support/oauth-provider.js"))
  process.env.BENCH_PROVIDER = `http://127.0.0.1:${provider.port}`
  const servers = [provider]
  try {
    for (const name of ["auth-express", "ours"])
      servers.push(await startServer(fileOf(`sign-ins/${name}.js`)))
    const [, theirs, ours] = servers
    const rows = []
    for (const kind of kinds) rows.push(await compare(kind, ours, theirs))
    return { text: toText(rows), checks: rows.map(toCheck) }
  } finally {
    await Promise.all(servers.map(stopServer))
  }
}

async function compare({ kind, signIn, target }, ours, theirs) {
  const samples = { ours: [], theirs: [] }
  for (const server of [ours, theirs]) await repeat(signIn, server, WARM_UP)
  for (let round = 1; round <= Math.max(5, settings.rounds); round++) {
    samples.theirs.push(await millisecondsOf(signIn, theirs))
    samples.ours.push(await millisecondsOf(signIn, ours))
    console.log(
      `round ${round}  ${samples.ours.at(-1).toFixed(2)} ms, ${theirs.title} ${samples.theirs.at(-1).toFixed(2)} ms`,
    )
  }
  const ratio = median(samples.ours.map((time, round) => time / samples.theirs[round]))
  return { kind, target, ratio, ours: median(samples.ours), theirs: median(samples.theirs) }
}

/** Milliseconds of the server's processor time for one sign-in. */
async function millisecondsOf(signIn, server) {
  const before = await cpuSeconds(server)
  await repeat(signIn, server, SIGN_INS)
  return (((await cpuSeconds(server)) - before) * 1000) / SIGN_INS
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

function toText(rows) {
  const cells = ({ kind, ours, theirs, ratio }) => [
    kind,
    ours.toFixed(2),
    theirs.toFixed(2),
    ratio.toFixed(2),
  ]
  return toTable(
    ["", "express-authjs, processor ms", "@auth/express, processor ms", "times"],
    rows.map(cells),
  )
}

function toCheck({ kind, ratio, target }) {
  return atMost(`whole sign-in with ${kind}: processor time, times @auth/express`, ratio, target)
}
