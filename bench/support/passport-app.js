import express from "express"
import session from "express-session"
import passport from "passport"
import { Browser } from "./browser.js"
import { secret, user } from "./contender.js"

const users = new Map([[user.id, user]])
passport.serializeUser((user, done) => done(null, user.id))
passport.deserializeUser((id, done) => done(null, users.get(id)))

function requireLogin(req, res, next) {
  if (req.isAuthenticated()) next()
  else res.sendStatus(401)
}

/** An app that is guarded by Passport and express-session, with its sessions in `store`. */
export function createPassportApp(store) {
  const app = express()
  app.use(session({ secret, store, resave: false, saveUninitialized: false }))
  app.use(passport.session())
  app.post("/login", (req, res, next) => {
    req.login(user, (error) => (error ? next(error) : res.redirect("/me")))
  })
  app.get("/me", requireLogin, (req, res) => res.json({ user: req.user }))
  return app
}

export async function signInToPassportApp(origin) {
  const browser = new Browser(origin)
  await browser.post("/login")
  return browser.cookieHeader("connect.sid")
}
