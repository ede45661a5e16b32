import { ExpressAuth } from "@auth/express"
import GitHub from "@auth/express/providers/github"
import GitLab from "@auth/express/providers/gitlab"
import Google from "@auth/express/providers/google"
import express from "express"
import { secret, serve } from "../support/contender.js"

const client = { clientId: "bench", clientSecret: "bench" }

const app = express()
app.use(
  "/auth",
  ExpressAuth({ trustHost: true, secret, providers: [GitHub(client), Google(client), GitLab(client)] }),
)

serve(app, { title: "@auth/express", path: "/auth/signin", signIn: () => "" })
