import type { RequestListener } from "node:http"
import type { Inbox, Letter } from "./inbox.js"
import { listenOnFreePort } from "./listen-on-free-port.js"

/** Serves the demo on loopback, at `PORT` or 3000, and prints instructions and received mails in the terminal. */
export async function serveDemo(app: RequestListener, inbox: Inbox): Promise<void> {
  const wanted = Number(process.env.PORT || 3000)
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535)
    throw new Error(`PORT is "${process.env.PORT}"; expected a number such as 8080: PORT=8080 npm start`)
  const port = await listenOnFreePort(app, wanted)
  inbox.on("letter", printLetter)
  const url = `http://localhost:${port}`
  const taken = port === wanted ? "" : `  (port ${wanted} is taken; PORT=… sets another)`
  console.log(`
  express-authjs demo

  Open      ${url}${taken}
  Inbox     ${url}/inbox
  Sign in   with Demo ID      as Ada Lovelace, who is an admin, or by any name
            by email          to any address: mail arrives here and in the inbox
            with a password   charles, demo
            with a passkey    once you have added one to your account
  Stop      Ctrl+C
`)
}

function printLetter({ to, link, code }: Letter): void {
  console.log(`  Mail to ${to}\n  Link      ${link}\n  Code      ${code}\n`)
}
