import { randomUUID } from "node:crypto"
import { betterAuth } from "better-auth"
import { memoryAdapter } from "better-auth/adapters/memory"
import { fromNodeHeaders, toNodeHandler } from "better-auth/node"
import express from "express"
import { Browser } from "./browser.js"
import { secret, user } from "./contender.js"

/** An app that is guarded by better-auth, as its documentation does it with Express. */
export function createBetterAuthApp({ cookieCache }) {
  const auth = betterAuth({
    secret,
    baseURL: "http://127.0.0.1",
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    emailAndPassword: { enabled: true },
    session: { cookieCache: { enabled: cookieCache, maxAge: 24 * 60 * 60 } },
    trustedOrigins: ["http://127.0.0.1:*"],
    telemetry: { enabled: false },
    advanced: { database: { generateId: ({ model }) => (model === "user" ? user.id : randomUUID()) } },
  })

  async function requireSession(req, res, next) {
    const session = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) })
    if (!session) return res.sendStatus(401)
    req.user = session.user
    next()
  }

  const app = express()
  app.all("/api/auth/*splat", toNodeHandler(auth))
  app.get("/me", requireSession, (req, res) => {
    const { id, name, email, image } = req.user
    res.json({ user: { id, name, email, image } })
  })
  return app
}

export async function signInToBetterAuthApp(origin) {
  const browser = new Browser(origin)
  const { name, email, image } = user
  await browser.postJson("/api/auth/sign-up/email", { name, email, image, password: "correct horse battery" })
  return browser.cookieHeader("better-auth.")
}
