import express from "express"
import { getIronSession } from "iron-session"
import { Browser } from "../support/browser.js"
import { secret, serve, user } from "../support/contender.js"

const options = { password: secret, cookieName: "iron", cookieOptions: { secure: false } }

async function requireLogin(req, res, next) {
  req.session = await getIronSession(req, res, options)
  if (!req.session.user) return res.sendStatus(401)
  next()
}

const app = express()
app.post("/login", async (req, res) => {
  const session = await getIronSession(req, res, options)
  session.user = user
  await session.save()
  res.redirect("/me")
})
app.get("/me", requireLogin, (req, res) => res.json({ user: req.session.user }))

async function signIn(origin) {
  const browser = new Browser(origin)
  await browser.post("/login")
  return browser.cookieHeader("iron")
}

serve(app, { title: "iron-session", signIn })
