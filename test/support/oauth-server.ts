import express from "express"
import { type Listening, listen } from "./listen.js"

/** How the authorization server answers; change a member to let it misbehave. */
export interface OAuthAnswers {
  /** Parameters it sends back beside `state`. */
  callback: Record<string, string>
  token: { status: number; body: unknown }
  userinfo: unknown
}

export interface OAuthServer extends Listening {
  answers: OAuthAnswers
  /** A provider of `type: "oauth"` for it. */
  provider: {
    id: string
    name: string
    type: "oauth"
    clientId: string
    clientSecret: string
    authorization: string
    token: string
    userinfo: string
  }
}

/** A plain OAuth 2 server without pages: it sends the browser straight back. For answers a good one never gives. */
export async function startOAuthServer(id = "plain"): Promise<OAuthServer> {
  const answers: OAuthAnswers = {
    callback: { code: "the-code" },
    token: { status: 200, body: { access_token: "the-access-token", token_type: "bearer" } },
    userinfo: { id: "4711", name: "Ada Lovelace", email: "ada@example.com" },
  }
  const app = express()
  app.get("/authorize", (req, res) => {
    const { redirect_uri, state } = req.query
    const params = new URLSearchParams({ ...answers.callback, ...(state ? { state: String(state) } : {}) })
    res.redirect(`${redirect_uri}?${params}`)
  })
  app.post("/token", (_req, res) => void res.status(answers.token.status).json(answers.token.body))
  app.get("/userinfo", (_req, res) => void res.json(answers.userinfo))
  const server = await listen(app)
  const { url } = server
  const endpoints = { authorization: `${url}/authorize`, token: `${url}/token`, userinfo: `${url}/userinfo` }
  return {
    ...server,
    answers,
    provider: {
      id,
      name: id,
      type: "oauth",
      clientId: "client",
      clientSecret: "client-secret",
      ...endpoints,
    },
  }
}
