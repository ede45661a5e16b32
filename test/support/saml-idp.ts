import { randomBytes } from "node:crypto"
import { inflateRawSync } from "node:zlib"
import express, { type Express, type Request, type Response } from "express"
import { type Account, Accounts, defaultAccounts } from "../../examples/support/openid-provider-accounts.js"
import { escapeHtml, renderLogin, renderPage } from "../../examples/support/openid-provider-pages.js"
import { type Listening, listen } from "./listen.js"
import {
  type AuthnRequest,
  goodSamlAnswers,
  type SamlAnswers,
  writeRefusal,
  writeResponse,
} from "./saml-response.js"

export interface SamlIdp extends Listening {
  /** The URL for AuthnRequests (HTTP-Redirect binding). */
  entryPoint: string
  /** Its entity ID. */
  issuer: string
  /** Of the key that signs. */
  certificate: string
  /** The requests that came, oldest first. */
  requests: AuthnRequest[]
  answers: SamlAnswers
}

interface Login {
  request: AuthnRequest
  relayState?: string
}

interface State extends Pick<SamlIdp, "issuer" | "entryPoint" | "requests" | "answers"> {
  accounts: Accounts
  logins: Map<string, Login>
}

/**
 * Starts a SAML 2.0 identity provider on a free port of 127.0.0.1: AuthnRequest by redirect, a sign-in page where any
 * name and any password are accepted, and a signed response that the browser posts (HTTP-POST binding).
 */
export async function startSamlIdp(): Promise<SamlIdp> {
  const app = express()
  const server = await listen(app, "127.0.0.1")
  const { url } = server
  const state: State = {
    issuer: `${url}/metadata`,
    entryPoint: `${url}/sso`,
    requests: [],
    answers: goodSamlAnswers(),
    accounts: new Accounts(url, defaultAccounts),
    logins: new Map(),
  }
  app.set("env", "test")
  app.use(express.urlencoded({ extended: false }))
  app.get("/sso", (req, res) => showLogin(state, req, res))
  addAnswers(app, state)
  const { issuer, entryPoint, requests, answers } = state
  return { ...server, issuer, entryPoint, requests, answers, certificate: answers.signer.certificate }
}

function showLogin(state: State, req: Request, res: Response): void {
  const request = readRequest(String(req.query.SAMLRequest))
  if (!request) return void res.status(400).send(renderPage("Something is wrong with this request.", ""))
  state.requests.push(request)
  const id = randomBytes(12).toString("hex")
  const { RelayState: relayState } = req.query
  state.logins.set(id, { request, ...(typeof relayState === "string" && { relayState }) })
  const accounts = state.accounts.seeded.map((account) => ({ account, picture: "data:," }))
  res.set("Cache-Control", "no-store")
  res.send(renderLogin({ action: `/interaction/${id}`, client: "the application", accounts }))
}

function addAnswers(app: Express, state: State): void {
  const { issuer, answers, accounts, logins } = state
  const answer = (req: Request, res: Response, account?: Account) => {
    const login = logins.get(String(req.params.id))
    if (!login) return void res.status(400).send(renderPage("This sign-in has expired.", ""))
    const answering = { issuer, request: login.request, answers }
    res.send(renderPost(login, account ? writeResponse(answering, account) : writeRefusal(answering)))
  }
  app.post("/interaction/:id/continue", (req, res) =>
    answer(req, res, accounts.find(String(req.body?.account))),
  )
  app.post("/interaction/:id/login", (req, res) =>
    answer(req, res, accounts.findOrCreate(String(req.body?.login))),
  )
  app.post("/interaction/:id/cancel", (req, res) => answer(req, res))
}

/** Reads the AuthnRequest of a redirect; refuses assertion consumer URLs on other machines. */
function readRequest(packed: string): AuthnRequest | undefined {
  const xml = unpack(packed)
  const id = /<samlp:AuthnRequest[^>]*\sID="([^"]+)"/.exec(xml)?.[1]
  const assertionConsumerServiceURL = /\sAssertionConsumerServiceURL="([^"]+)"/.exec(xml)?.[1] ?? ""
  const issuer = /<saml:Issuer[^>]*>([^<]+)</.exec(xml)?.[1]
  if (!id || !issuer || !/^http:\/\/(?:localhost|127\.0\.0\.1):\d+\//.test(assertionConsumerServiceURL))
    return undefined
  return { id, issuer, assertionConsumerServiceURL }
}

function unpack(packed: string): string {
  try {
    return inflateRawSync(Buffer.from(packed, "base64")).toString("utf8")
  } catch {
    return ""
  }
}

/** The page that posts the answer by itself, or by its button where scripts are off. */
function renderPost({ request, relayState }: Login, xml: string): string {
  const fields = {
    SAMLResponse: Buffer.from(xml).toString("base64"),
    ...(relayState !== undefined && { RelayState: relayState }),
  }
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  )
  return renderPage(
    "You are signed in.",
    `<form method="post" action="${escapeHtml(request.assertionConsumerServiceURL)}">${inputs.join("")}
<button class="primary">Continue</button></form>
<script>document.forms[0].submit()</script>`,
  )
}
