import { expect } from "chai"
import express, { type Request, type Response } from "express"
import type { ExpressAuthConfig } from "express-authjs"
import { sessionOf, startSignIn, useAuthApps } from "./auth-apps.js"
import { type RotatingServer, startRotatingServer } from "./rotating-server.js"
import type { UserAgent } from "./user-agent.js"

/** A lifetime in seconds so short that the token has expired when the sign-in finishes. */
export const expired = 0.001

type Failure = { code?: string; status?: number }

/** Apps whose /token, /late and /account return access tokens, and servers with single-use refresh tokens. */
export function useTokenApps() {
  const apps = useAuthApps()

  async function start(config: Partial<ExpressAuthConfig> = {}, version: typeof express = express) {
    const app = await apps.start(config, {
      express: version,
      routes: (server, auth) => {
        const id = (req: Request) => String(req.query.provider ?? "rotating")
        server.get("/token", (req, res, next) => {
          auth.accessToken(req, res, id(req)).then((token) => res.json({ token }), next)
        })
        server.get("/late", (req, res) => {
          res.write(" ")
          auth.accessToken(req, res, id(req)).then(
            (token) => res.end(JSON.stringify({ token })),
            ({ code }: Failure) => res.end(JSON.stringify({ code })),
          )
        })
        server.get("/account", (req, res, next) => {
          const providerAccountId = String(req.query.id)
          auth
            .accessToken(req, res, id(req), { providerAccountId })
            .then((token) => res.json({ token }), next)
        })
        server.use((error: Failure, _req: Request, res: Response, _next: unknown) => {
          res.status(error.status ?? 500).json({ code: error.code })
        })
      },
    })
    const ask = async (agent: UserAgent, path = "/token") => {
      const { status, body } = await agent.get(`${app.url}${path}`)
      return { status, ...(JSON.parse(body) as { token?: string; code?: string }) }
    }
    return { ...app, ask }
  }

  async function rotating(): Promise<RotatingServer> {
    const server = await startRotatingServer()
    apps.keep(server)
    return server
  }

  return { ...apps, start, rotating }
}

/** Signs in at a server that redirects back immediately. */
export async function enter(agent: UserAgent, url: string, provider = "rotating") {
  const answer = await agent.followAll(await startSignIn(agent, url, { provider }))
  expect(await sessionOf(agent, url), answer.body).to.not.equal(null)
}
