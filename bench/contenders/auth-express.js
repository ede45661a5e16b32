import { ExpressAuth, getSession } from "@auth/express"
import Credentials from "@auth/express/providers/credentials"
import express from "express"
import { signInWithCredentials } from "../support/browser.js"
import { secret, serve, user } from "../support/contender.js"

const config = {
  trustHost: true,
  secret,
  providers: [Credentials({ authorize: () => user })],
  callbacks: {
    session({ session, token }) {
      session.user.id = token.sub
      return session
    },
  },
}

// The guard of https://authjs.dev/getting-started/session-management/protecting
async function authenticatedUser(req, res, next) {
  const session = res.locals.session ?? (await getSession(req, config))
  if (!session?.user) return res.sendStatus(401)
  res.locals.session = session
  next()
}

const app = express()
app.use("/auth", ExpressAuth(config))
app.get("/me", authenticatedUser, (_req, res) => res.json({ user: res.locals.session.user }))

serve(app, { title: "@auth/express", signIn: signInWithCredentials })
