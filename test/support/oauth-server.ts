import express, { type Express, type Request, type Response } from "express"
import { UnsecuredJWT } from "jose"
import { type Listening, listen } from "./listen.js"
import { signJwt } from "./sign-jwt.js"

/** A response of an endpoint that replaces the normal one. */
export interface Fault {
  status?: number
  /** The body as it is sent, as JSON by its content type. */
  text?: string
  headers?: Record<string, string>
  /** Never responds. */
  hangs?: true
}

export type Endpoint = "discovery" | "token" | "userinfo"

/** The behaviour of the authorization server; change a property to make it misbehave. */
export interface OAuthAnswers {
  /** Parameters it sends back beside `state`. */
  callback: Record<string, string>
  token: { status: number; body: unknown }
  userinfo: unknown
  /** Claims of the id_token, over those it should have. */
  claims: Record<string, unknown>
  /** Its id_tokens have `alg: "none"`. */
  unsigned?: true
  /** Members of the discovery document, over those it should have. */
  document: Record<string, unknown>
  faults: Partial<Record<Endpoint, Fault>>
}

interface Client {
  id: string
  name: string
  clientId: string
  clientSecret: string
}

/** The requests that an endpoint received, oldest first. */
export interface AskedOfServer {
  endpoint: Endpoint | "authorize"
  headers: Request["headers"]
  query: Record<string, string>
  body: Record<string, string>
}

export interface OAuthServer extends Listening {
  answers: OAuthAnswers
  asked: AskedOfServer[]
  /** A provider of `type: "oauth"` for it, with its endpoints. */
  provider: Client & { type: "oauth"; authorization: string; token: string; userinfo: string }
  /** A provider of `type: "oidc"` for it, which is discovered. */
  openId: Client & { type: "oidc"; issuer: string }
}

/**
 * A small authorization server without pages: it redirects back immediately. Can send responses that a correct server
 * never sends. With a nonce, or `scope=openid`, it adds an id_token.
 */
export async function startOAuthServer(id = "plain"): Promise<OAuthServer> {
  const answers = goodAnswers()
  const asked: AskedOfServer[] = []
  const app = express()
  const server = await listen(app)
  const { url } = server
  const state: State = { url, answers, asked }
  app.use(express.urlencoded({ extended: false }))
  addEndpoints(app, state)
  const client = { id, name: id, clientId: "client", clientSecret: "client-secret" }
  const endpoints = { authorization: `${url}/authorize`, token: `${url}/token`, userinfo: `${url}/userinfo` }
  return {
    ...server,
    answers,
    asked,
    provider: { ...client, type: "oauth", ...endpoints },
    openId: { ...client, type: "oidc", issuer: url },
  }
}

function goodAnswers(): OAuthAnswers {
  return {
    callback: { code: "the-code" },
    token: { status: 200, body: { access_token: "the-access-token", token_type: "bearer" } },
    userinfo: { id: "4711", name: "Ada Lovelace", email: "ada@example.com" },
    claims: {},
    document: {},
    faults: {},
  }
}

interface State extends Pick<OAuthServer, "url" | "answers" | "asked"> {
  /** Of the last authorization request. */
  nonce?: string
  openId?: boolean
}

function addEndpoints(app: Express, state: State): void {
  app.get("/authorize", (req, res) => {
    note(state, "authorize", req)
    const { redirect_uri, state: given, nonce, scope } = textsOf(req.query)
    if (nonce) state.nonce = nonce
    else delete state.nonce
    state.openId = /\bopenid\b/.test(scope ?? "")
    const params = new URLSearchParams({ ...state.answers.callback, ...(given && { state: given }) })
    res.redirect(`${redirect_uri}?${params}`)
  })
  app.get("/.well-known/openid-configuration", (req, res) =>
    answer(state, "discovery", { req, res, body: () => documentOf(state) }),
  )
  app.post("/token", (req, res) => {
    res.status(state.answers.token.status)
    return answer(state, "token", { req, res, body: () => tokensOf(state) })
  })
  app.get("/userinfo", (req, res) =>
    answer(state, "userinfo", { req, res, body: () => state.answers.userinfo }),
  )
}

interface Exchange {
  req: Request
  res: Response
  body: () => unknown
}

async function answer(state: State, endpoint: Endpoint, { req, res, body }: Exchange): Promise<void> {
  note(state, endpoint, req)
  const { hangs, status, text, headers = {} } = state.answers.faults[endpoint] ?? {}
  if (hangs) return
  if (status) res.status(status)
  res.set(headers)
  if (text === undefined) res.json(await body())
  else res.type("json").send(text)
}

function note(
  { asked }: State,
  endpoint: AskedOfServer["endpoint"],
  { headers, query, body }: Request,
): void {
  asked.push({ endpoint, headers, query: textsOf(query), body: textsOf(body) })
}

function textsOf(values: object | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]))
}

function documentOf({ url, answers }: State): object {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/userinfo`,
    jwks_uri: `${url}/jwks`,
    id_token_signing_alg_values_supported: ["RS256"],
    code_challenge_methods_supported: ["S256"],
    ...answers.document,
  }
}

async function tokensOf({ url, answers, nonce, openId }: State): Promise<unknown> {
  const { body } = answers.token
  const wanted = openId && typeof body === "object" && body !== null && "access_token" in body
  if (!wanted) return body
  const person = { sub: "4711", name: "Ada Lovelace", email: "ada@example.com" }
  const claims = { iss: url, aud: "client", ...person, ...(nonce && { nonce }), ...answers.claims }
  const unsigned = () => new UnsecuredJWT(claims).setIssuedAt().setExpirationTime("1h").encode()
  return { ...body, id_token: answers.unsigned ? unsigned() : await signJwt(claims) }
}
