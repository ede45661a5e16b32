// node rotation-process.ts '<options>': an app with its secrets from the environment. It prints its port and exits when
// its stdin ends.
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { database } from "express-authjs/database"
import Nodemailer from "express-authjs/providers/nodemailer"
import { listen } from "../support/listen.js"

/** The options of the process. */
export interface RotationProcessOptions {
  provider: ExpressAuthConfig["providers"][number]
  mailServer: string
  databaseUrl: string
}

const { provider, mailServer, databaseUrl }: RotationProcessOptions = JSON.parse(process.argv[2] ?? "{}")
const auth = ExpressAuth({
  adapter: database(databaseUrl, { migrate: true }),
  session: { strategy: "jwt", updateAge: 0 },
  providers: [provider, Nodemailer({ server: mailServer, from: "app@example.com" })],
})
const app = express()
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name ?? req.auth.user.email}`))
const { port } = await listen(app)
console.log(port)
process.stdin.on("end", () => process.exit()).resume()
