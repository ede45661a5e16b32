import express from "express"
import { ExpressAuth } from "express-authjs"
import GitHub from "express-authjs/providers/github"
import GitLab from "express-authjs/providers/gitlab"
import Google from "express-authjs/providers/google"
import { secret, serve } from "../support/contender.js"

const client = { clientId: "bench", clientSecret: "bench" }

const app = express()
app.use(
  "/auth",
  ExpressAuth({ trustHost: true, secret, providers: [GitHub(client), Google(client), GitLab(client)] }),
)

serve(app, { title: "**express-authjs**", path: "/auth/signin", signIn: () => "" })
