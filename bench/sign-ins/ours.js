import express from "express"
import { ExpressAuth } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { serve } from "../support/contender.js"
import { signInConfig } from "../support/sign-in-config.js"

const app = express()
app.use("/auth", ExpressAuth(signInConfig(Credentials)))

serve(app, { title: "**express-authjs**", path: "/auth", signIn: () => "" })
