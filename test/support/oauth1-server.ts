import { randomBytes } from "node:crypto"
import express, { type ErrorRequestHandler, type Express, type Request } from "express"
import { type Account, Accounts, defaultAccounts } from "../../examples/support/openid-provider-accounts.js"
import { escapeHtml, renderPage } from "../../examples/support/openid-provider-pages.js"
import { type Listening, listen } from "./listen.js"
import { isSignedBy, readAuthorization } from "./oauth1-signature.js"

/** A signed request that the server received, and its outcome. */
export interface AskedOfOAuth1 {
  method: string
  url: string
  authorization: string
  /** Why the request was refused; `undefined` when it was granted. */
  problem?: string
}

export interface OAuth1Server extends Listening {
  /** The client's options, under the names of `passport-oauth1`. */
  client: {
    requestTokenURL: string
    userAuthorizationURL: string
    accessTokenURL: string
    consumerKey: string
    consumerSecret: string
  }
  /** Responds to a signed GET with the user's `{ id, name, email }`. */
  profileURL: string
  asked: AskedOfOAuth1[]
}

interface RequestToken {
  secret: string
  callback: string
  /** Set once the user has approved. */
  granted?: { verifier: string; account: Account }
}

interface State {
  url: string
  consumer: { key: string; secret: string }
  accounts: Accounts
  requestTokens: Map<string, RequestToken>
  accessTokens: Map<string, { secret: string; account: Account }>
  /** The nonces of the last minutes, with their timestamp and token. */
  nonces: Set<string>
  asked: AskedOfOAuth1[]
}

class Refusal extends Error {
  readonly status: number

  constructor(problem: string, status = 401) {
    super(problem)
    this.status = status
  }
}

const clockSkew = 300
const random = () => randomBytes(12).toString("hex")

/**
 * Starts an OAuth 1.0a provider (RFC 5849) on a free port of 127.0.0.1: HMAC-SHA1 signatures, timestamps, nonces, a
 * page that accepts any name or a cancellation, and single-use verifiers.
 */
export async function startOAuth1Server(): Promise<OAuth1Server> {
  const app = express()
  const server = await listen(app, "127.0.0.1")
  const { url } = server
  const state: State = {
    url,
    consumer: { key: "the-app", secret: random() },
    accounts: new Accounts(url, defaultAccounts),
    requestTokens: new Map(),
    accessTokens: new Map(),
    nonces: new Set(),
    asked: [],
  }
  app.set("env", "test")
  app.use(express.urlencoded({ extended: false }))
  addTokenEndpoints(app, state)
  addPages(app, state)
  app.use(showRefusal)
  const client = {
    requestTokenURL: `${url}/request-token`,
    userAuthorizationURL: `${url}/authorize`,
    accessTokenURL: `${url}/access-token`,
    consumerKey: state.consumer.key,
    consumerSecret: state.consumer.secret,
  }
  return { ...server, client, profileURL: `${url}/profile`, asked: state.asked }
}

function addTokenEndpoints(app: Express, state: State): void {
  app.post("/request-token", (req, res) => {
    const callback = verify(state, req).get("oauth_callback")
    if (!callback) throw new Refusal("parameter_absent", 400)
    const [token, secret] = [random(), random()]
    state.requestTokens.set(token, { secret, callback })
    res
      .type("form")
      .send(toForm({ oauth_token: token, oauth_token_secret: secret, oauth_callback_confirmed: "true" }))
  })
  app.post("/access-token", (req, res) => {
    const oauth = verify(state, req, state.requestTokens)
    const name = oauth.get("oauth_token") ?? ""
    const granted = state.requestTokens.get(name)?.granted
    if (!granted || granted.verifier !== oauth.get("oauth_verifier")) throw new Refusal("verifier_invalid")
    state.requestTokens.delete(name)
    const [token, secret] = [random(), random()]
    state.accessTokens.set(token, { secret, account: granted.account })
    res.type("form").send(toForm({ oauth_token: token, oauth_token_secret: secret }))
  })
  app.get("/profile", (req, res) => {
    const oauth = verify(state, req, state.accessTokens)
    const account = state.accessTokens.get(oauth.get("oauth_token") ?? "")?.account
    res.json({ id: account?.sub, name: account?.name, email: account?.email })
  })
}

function addPages(app: Express, { requestTokens, accounts }: State): void {
  const find = (token: unknown) => {
    const found = requestTokens.get(String(token))
    if (!found) throw new Refusal("token_rejected", 400)
    return found
  }
  app.get("/authorize", (req, res) => {
    find(req.query.oauth_token)
    res.set("Cache-Control", "no-store").send(renderAuthorize(String(req.query.oauth_token)))
  })
  app.post("/authorize/:token/login", (req, res) => {
    const { token } = req.params
    const found = find(token)
    const granted = { verifier: random(), account: accounts.findOrCreate(String(req.body?.login)) }
    found.granted = granted
    res.redirect(withQuery(found.callback, { oauth_token: token, oauth_verifier: granted.verifier }))
  })
  app.post("/authorize/:token/cancel", (req, res) => {
    const { callback } = find(req.params.token)
    requestTokens.delete(req.params.token)
    res.redirect(withQuery(callback, { denied: req.params.token }))
  })
}

const renderAuthorize = (token: string) =>
  renderPage(
    "May the application know who you are?",
    `<form method="post" action="/authorize/${escapeHtml(token)}/login">
<label>Name <input name="login" autocomplete="username"></label>
<button class="primary">Allow</button>
</form>
<form method="post" action="/authorize/${escapeHtml(token)}/cancel"><button class="quiet">Cancel</button></form>`,
  )

/**
 * The parameters of a request whose signature, timestamp and nonce are right.
 *
 * @param tokens - Where the secret of its token is; none where it needs no token.
 */
function verify(
  state: State,
  req: Request,
  tokens?: ReadonlyMap<string, { secret: string }>,
): Map<string, string> {
  const asked: AskedOfOAuth1 = {
    method: req.method,
    url: state.url + req.originalUrl,
    authorization: req.get("authorization") ?? "",
  }
  state.asked.push(asked)
  try {
    const oauth = readAuthorization(asked.authorization)
    if (!oauth) throw new Refusal("parameter_absent", 400)
    const token = oauth.get("oauth_token") ?? ""
    const tokenSecret = tokens?.get(token)?.secret
    if (tokens && tokenSecret === undefined) throw new Refusal("token_rejected")
    checkSignature(state, { asked, oauth, form: req.body ?? {}, tokenSecret: tokenSecret ?? "" })
    checkNonce(state.nonces, oauth)
    return oauth
  } catch (error) {
    asked.problem = String(error instanceof Error ? error.message : error)
    throw error
  }
}

interface Claim {
  asked: AskedOfOAuth1
  oauth: Map<string, string>
  form: Record<string, unknown>
  tokenSecret: string
}

function checkSignature({ consumer }: State, { asked, oauth, form, tokenSecret }: Claim): void {
  if (oauth.get("oauth_consumer_key") !== consumer.key) throw new Refusal("consumer_key_unknown")
  if (oauth.get("oauth_signature_method") !== "HMAC-SHA1") throw new Refusal("signature_method_rejected", 400)
  const inHeader = [...oauth].filter(([name]) => !["realm", "oauth_signature"].includes(name))
  const inForm = Object.entries(form).map(([name, value]) => [name, String(value)] as const)
  const request = { ...asked, parameters: [...inHeader, ...inForm] }
  const secrets = { consumerSecret: consumer.secret, tokenSecret }
  if (!isSignedBy(request, oauth.get("oauth_signature") ?? "", secrets))
    throw new Refusal("signature_invalid")
}

/** A nonce is used once per second and token (RFC 5849, section 3.3). */
function checkNonce(nonces: Set<string>, oauth: Map<string, string>): void {
  const timestamp = Number(oauth.get("oauth_timestamp"))
  // Also refuses NaN.
  if (!(Math.abs(Date.now() / 1000 - timestamp) <= clockSkew)) throw new Refusal("timestamp_refused")
  const nonce = oauth.get("oauth_nonce")
  const key = [timestamp, oauth.get("oauth_token"), nonce].join(" ")
  if (!nonce || nonces.has(key)) throw new Refusal("nonce_used")
  nonces.add(key)
}

const showRefusal: ErrorRequestHandler = (error, _req, res, _next) => {
  const status = error instanceof Refusal ? error.status : 500
  res
    .status(status)
    .type("form")
    .send(toForm({ oauth_problem: String(error.message) }))
}

const toForm = (values: Record<string, string>) => new URLSearchParams(values).toString()

function withQuery(url: string, values: Record<string, string>): string {
  const target = new URL(url)
  for (const [name, value] of Object.entries(values)) target.searchParams.set(name, value)
  return target.href
}
