import { once } from "node:events"
import { register } from "node:module"
import { dirname } from "node:path"
import Credentials from "@auth/core/providers/credentials"
import express from "express"
import { Browser } from "./support/browser.js"
import { startServer, stopServer } from "./support/server.js"
import { signInConfig } from "./support/sign-in-config.js"

// How far a reader walks through lib/ to follow one request: every function logs its file when it is entered.
// `node bench/walk.js` prints the figures, `--verbose` the files in the order in which they are entered.

let entered = []
globalThis.enter = (file) => void entered.push(file)
register("./support/walk-hooks.js", import.meta.url)
const { ExpressAuth } = await import("../lib/index.ts")

const provider = await startServer(new URL("support/oauth-provider.js", import.meta.url).pathname)
const server = await startApp(`http://127.0.0.1:${provider.port}`)
const origin = `http://127.0.0.1:${server.address().port}`
// The first round loads modules and fills caches.
await signIns()
for (const [title, files] of Object.entries(await signIns())) print(title, files)
server.close()
await stopServer(provider)

async function startApp(provider) {
  const auth = ExpressAuth(signInConfig(Credentials, provider))
  const app = express()
    .use("/auth", auth)
    .get("/me", auth.requireAuth(), (req, res) => res.json(req.auth))
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  return server
}

/** Signs in with each provider, and visits a guarded page with a token that has been decrypted before. */
async function signIns() {
  const browser = new Browser(origin)
  const start = { csrfToken: await csrfTokenOf(browser), callbackUrl: origin }
  const started = await browser.post("/auth/signin/idp", start)
  const state = new URL(started.headers.get("location")).searchParams.get("state")
  const query = new URLSearchParams({ code: "a code", state })
  const callback = await walk(() => browser.get(`/auth/callback/idp?${query}`), 302)
  const visit = () => walk(() => browser.get("/me"), 200)
  await visit()
  const guard = await visit()
  const other = new Browser(origin)
  const fields = { csrfToken: await csrfTokenOf(other), username: "ada", password: "correct" }
  const credentials = await walk(() => other.post("/auth/callback/credentials", fields), 302)
  return { "OAuth callback": callback, "credentials POST": credentials, guard }
}

async function csrfTokenOf(browser) {
  return (await (await browser.get("/auth/csrf")).json()).csrfToken
}

/** Returns the files that a request enters, each as often as it is entered from another one. */
async function walk(request, expected) {
  entered = []
  const { status } = await request()
  if (status !== expected) throw new Error(`The request was answered with ${status}, not ${expected}.`)
  return withoutRepeats(entered)
}

function withoutRepeats(names) {
  return names.filter((name, index) => name !== names[index - 1])
}

function print(title, files) {
  const changes = withoutRepeats(files.map((file) => dirname(file))).length - 1
  console.log(`${title}: ${new Set(files).size} files, ${files.length} visits, ${changes} changes of folder`)
  if (process.argv.includes("--verbose")) console.log(files.map((file) => `  ${file}`).join("\n"))
}
