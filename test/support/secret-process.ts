// node secret-process.ts: an app without a secret, in the working directory. Prints its address, and its warnings to
// stderr; exits when its stdin ends.
import express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { listen } from "./listen.js"

const authorize = ({ name }: Partial<Record<"name", unknown>>) => ({ name: String(name) })
const app = express()
app.use("/auth", ExpressAuth({ providers: [Credentials({ credentials: { name: {} }, authorize })] }))
const { url } = await listen(app)
console.log(url)
process.stdin.on("end", () => process.exit()).resume()
