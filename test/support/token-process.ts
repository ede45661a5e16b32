// node token-process.ts '<options>': an app whose /token returns access tokens; it prints its address and exits when
// its stdin ends.
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { database } from "express-authjs/database"
import { secret } from "./auth-apps.js"
import { fileLocks } from "./file-locks.js"
import { listen } from "./listen.js"

/** The options of the process. */
export interface TokenProcessOptions {
  provider: ExpressAuthConfig["providers"][number]
  locks: string
  /** The database; without one the tokens are kept in the session. */
  databaseUrl?: string
}

const options: TokenProcessOptions = JSON.parse(process.argv[2] ?? "{}")
const { provider, locks, databaseUrl } = options
const auth = ExpressAuth({
  secret,
  providers: [provider],
  locks: fileLocks(locks),
  ...(databaseUrl
    ? { adapter: database(databaseUrl, { migrate: true }) }
    : { session: { keepTokens: true } }),
})
const app = express()
app.use("/auth", auth)
app.get("/token", async (req, res) => void res.json({ token: await auth.accessToken(req, res, "rotating") }))
const { url } = await listen(app)
console.log(url)
process.stdin.on("end", () => process.exit()).resume()
