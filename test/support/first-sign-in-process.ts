// node first-sign-in-process.ts '<options>': an app with two adapters, at /ours and /official. Prints "ready", listens
// when a line arrives on stdin, prints "listening", and exits when its stdin ends.
import { createInterface } from "node:readline"
import PostgresAdapter from "@auth/pg-adapter"
import express from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import { database } from "express-authjs/database"
import pg from "pg"
import { secret } from "./auth-apps.js"

/** The options of the process. */
export interface FirstSignInProcessOptions {
  readonly port: number
  readonly provider: ExpressAuthConfig["providers"][number]
  /** The databases of our adapter and of `@auth/pg-adapter`. */
  readonly databases: Readonly<Record<"ours" | "official", string>>
}

const { port, provider, databases }: FirstSignInProcessOptions = JSON.parse(process.argv[2] ?? "{}")
const adapters = {
  ours: database(databases.ours),
  official: PostgresAdapter(new pg.Pool({ connectionString: databases.official })),
}

const app = express()
for (const [name, adapter] of Object.entries(adapters))
  app.use(`/${name}`, ExpressAuth({ secret, adapter, providers: [provider], logger: { error: () => {} } }))

const lines = createInterface(process.stdin)
lines.once("line", () => app.listen(port, "localhost", () => console.log("listening")))
lines.once("close", () => process.exit())
console.log("ready")
