import express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { answerOnce } from "../support/answer-once.js"
import { signInConfig } from "../support/sign-in-config.js"

const app = express()
const auth = ExpressAuth(signInConfig(Credentials, "http://127.0.0.1:1"))
app.use("/auth", auth)
app.get("/me", auth.requireAuth(), (req, res) => res.json({ user: req.auth.user }))

answerOnce(app)
