// Behind a guard the declared properties are not optional.
import express, { Router } from "express"
import { ExpressAuth, requireAuth } from "express-authjs"
import { config } from "./from-our-name.js"

const app = express()
const auth = ExpressAuth(config)

app.get("/", auth.requireAuth(), (req, res) => {
  const role: string = req.auth.user.role
  const same: string = res.locals.session.user.role
  const id: string = req.auth.user.id
  res.send(role + same + id)
})

Router().get("/:id", requireAuth(config), (req, res) => {
  const id: string = req.params.id
  res.send(id + req.auth.user.role)
})

app.get("/open", (req, res) => {
  // @ts-expect-error without a guard the request may be anonymous
  req.auth.user
  res.send(req.auth?.user.role)
})
