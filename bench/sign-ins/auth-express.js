import { ExpressAuth } from "@auth/express"
import Credentials from "@auth/express/providers/credentials"
import express from "express"
import { serve } from "../support/contender.js"
import { signInConfig } from "../support/sign-in-config.js"

const app = express()
app.use("/auth", ExpressAuth(signInConfig(Credentials)))

serve(app, { title: "@auth/express", path: "/auth", signIn: () => "" })
