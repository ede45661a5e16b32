import type { AddressInfo } from "node:net"
import express from "express"
import { ExpressAuth, memoryLocks } from "express-authjs"
import { database } from "express-authjs/database"
import { MongoClient } from "mongodb"

/** A call of a function of `auth.account`. */
export interface AccountCallOptions {
  /** The database. */
  readonly url: string
  /** Who signs in before; `null` for a stranger. */
  readonly email: string | null
  readonly strategy: "jwt" | "database"
  readonly call: readonly [name: string, ...args: unknown[]]
}

/** A mail that was sent, or the result. */
export interface AccountCallLine {
  mail?: string
  token?: string | undefined
  result?: { ok: boolean; error?: string }
}

/**
 * Signs a user in and calls a function of `auth.account`, in an app of its own.
 *
 * @param say gets every mail, and the result
 * @param count is called before each call of the adapter, or each command of MongoDB, that the function makes
 */
export async function callAccount(
  { url, email, strategy, call }: AccountCallOptions,
  say: (line: AccountCallLine) => void,
  count: () => void = () => {},
): Promise<void> {
  let counts = false
  const beforeEach = () => counts && count()
  const client = url.startsWith("mongodb:") ? new MongoClient(url, { monitorCommands: true }) : undefined
  client?.on("commandStarted", beforeEach)
  const adapter = database(client ?? url)
  const auth = ExpressAuth({
    secret: "a secret of at least thirty-two characters",
    adapter: client ? adapter : counting(adapter, beforeEach),
    session: { strategy },
    // A shared lock of a killed process would last for 30 seconds.
    locks: memoryLocks(),
    logger: { error: () => {}, warn: () => {} },
    sendMail: ({ to, text }) => say({ mail: to, token: /[?&]token=([^\s&]+)/.exec(text)?.[1] }),
    providers: [
      {
        ...{ id: "credentials", name: "Name", type: "credentials", credentials: { email: {} } },
        authorize: async (form) => adapter.getUserByEmail(String(form.email)),
      },
    ],
  })
  const app = express()
  app.use("/auth", auth)
  app.post("/sign-in", (req, res, next) => auth.signIn(req, res, "credentials").catch(next))
  app.post("/call", (req, res, next) => {
    const [name, ...args] = call
    const functions = auth.account as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>
    counts = true
    functions[name]?.(req, ...args).then((result) => res.json({ result }), next)
  })
  const server = app.listen(0, "localhost")
  await new Promise((resolve) => server.once("listening", resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const cookie = email === null ? "" : await signIn(origin, email)
  say(
    (await (
      await fetch(`${origin}/call`, { method: "POST", headers: { cookie } })
    ).json()) as AccountCallLine,
  )
  server.closeAllConnections()
  server.close()
  await adapter.close()
}

async function signIn(origin: string, email: string): Promise<string> {
  const body = new URLSearchParams({ email })
  const { headers } = await fetch(`${origin}/sign-in`, { method: "POST", body, redirect: "manual" })
  return headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ")
}

/** The adapter, with a call before each of its methods. */
function counting<Adapter extends object>(adapter: Adapter, before: () => void): Adapter {
  const members = Object.entries(adapter).map(([name, member]: [string, unknown]) => {
    if (typeof member !== "function") return [name, member]
    const method = (...args: unknown[]) => {
      before()
      return member(...args)
    }
    return [name, method]
  })
  return Object.fromEntries(members)
}
