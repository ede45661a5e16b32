import { randomUUID } from "node:crypto"
import express, { type Request, type Response } from "express"
import { type Listening, listen } from "./listen.js"

/** The behaviour of the token endpoint; change a property to make it misbehave. */
export interface Rotation {
  /** Lifetime of access tokens in seconds. */
  lifetime: number
  /** Milliseconds until it responds to a refresh. */
  delay: number
  /** Responds to refreshes instead of the normal handler. */
  fault: { status: number; body: unknown } | undefined
}

export interface RotatingServer extends Listening {
  rotation: Rotation
  /** The refresh requests received, oldest first. */
  refreshes: { body: Record<string, string>; authorization: string | undefined }[]
  /** Whether an access token is the newest of its family, and the family was not revoked. */
  isCurrent(accessToken: string): boolean
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

/**
 * An OAuth 2 server without pages, whose refresh tokens are single-use: the second use of one revokes its whole family
 * (RFC 9700, section 4.14).
 */
export async function startRotatingServer(id = "rotating"): Promise<RotatingServer> {
  const rotation: Rotation = { lifetime: 3600, delay: 0, fault: undefined }
  const refreshes: RotatingServer["refreshes"] = []
  const families = new Map<string, { access: string; refresh: string } | undefined>()

  function issue(family: string): object {
    const pair = { access: `${family}.${randomUUID()}`, refresh: `${family}.${randomUUID()}` }
    families.set(family, pair)
    const tokens = { access_token: pair.access, refresh_token: pair.refresh }
    return { ...tokens, token_type: "bearer", expires_in: rotation.lifetime, scope: "read" }
  }

  async function refresh(req: Request, res: Response): Promise<void> {
    refreshes.push({ body: { ...req.body }, authorization: req.get("authorization") })
    await new Promise((resolve) => setTimeout(resolve, rotation.delay))
    const { fault } = rotation
    if (fault) return void res.status(fault.status).send(fault.body)
    const [family = ""] = String(req.body.refresh_token).split(".")
    if (families.get(family)?.refresh === req.body.refresh_token) return void res.json(issue(family))
    families.set(family, undefined)
    res.status(400).json({ error: "invalid_grant" })
  }

  const app = express()
  app.get("/authorize", (req, res) => {
    const params = new URLSearchParams({ code: "the-code", state: String(req.query.state) })
    res.redirect(`${req.query.redirect_uri}?${params}`)
  })
  app.post("/token", express.urlencoded({ extended: false }), async (req, res) => {
    if (req.body.grant_type === "refresh_token") await refresh(req, res)
    else res.json(issue(randomUUID()))
  })
  app.get("/userinfo", (_req, res) => void res.json({ id: "4711", name: "Ada", email: "ada@example.com" }))
  const server = await listen(app)
  const { url } = server
  const endpoints = { authorization: `${url}/authorize`, token: `${url}/token`, userinfo: `${url}/userinfo` }
  return {
    ...server,
    rotation,
    refreshes,
    isCurrent: (token) => families.get(token.split(".")[0] ?? "")?.access === token,
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
