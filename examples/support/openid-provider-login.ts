import express, { type Express, type Request, type Response } from "express"
import type Provider from "oidc-provider"
import type { InteractionResults } from "oidc-provider"
import type { Account, Accounts } from "./openid-provider-accounts.js"
import { renderLogin, renderPicture } from "./openid-provider-pages.js"

/** Adds the sign-in pages: `/interaction/:uid` and the routes its forms post to. */
export function addLoginPages(app: Express, provider: Provider, accounts: Accounts): void {
  const form = express.urlencoded({ extended: false })
  const signIn = (req: Request, res: Response, account: Account) =>
    finish(provider, req, res, { login: { accountId: account.sub } })

  app.get("/interaction/:uid", (req, res) => showInteraction(provider, accounts, req, res))
  app.post("/interaction/:uid/continue", form, async (req, res) => {
    const account = accounts.find(field(req, "account"))
    await (account
      ? signIn(req, res, account)
      : showLogin(provider, accounts, req, res, "Choose an account."))
  })
  app.post("/interaction/:uid/login", form, async (req, res) => {
    const login = field(req, "login").trim()
    await (login
      ? signIn(req, res, accounts.findOrCreate(login))
      : showLogin(provider, accounts, req, res, "Enter a name to sign in with."))
  })
  app.post("/interaction/:uid/cancel", (req, res) =>
    finish(provider, req, res, {
      error: "access_denied",
      error_description: "The user cancelled the sign-in",
    }),
  )
  app.get("/picture/:sub.svg", (req, res) => {
    res.type("svg").send(renderPicture(accounts.find(req.params.sub)?.name ?? "?"))
  })
}

function field(req: Request, name: string): string {
  const body: Record<string, unknown> = req.body ?? {}
  return String(body[name] ?? "")
}

/** Prompts for login; grants consent (`prompt=consent`) without prompting. */
async function showInteraction(
  provider: Provider,
  accounts: Accounts,
  req: Request,
  res: Response,
): Promise<void> {
  const { prompt } = await provider.interactionDetails(req, res)
  if (prompt.name === "login") await showLogin(provider, accounts, req, res)
  else await finish(provider, req, res, { consent: {} })
}

async function showLogin(
  provider: Provider,
  accounts: Accounts,
  req: Request,
  res: Response,
  message?: string,
) {
  const { uid, params } = await provider.interactionDetails(req, res)
  const client = await provider.Client.find(String(params.client_id))
  const page = renderLogin({
    action: `/interaction/${uid}`,
    client: client?.clientName ?? "the application",
    accounts: accounts.seeded.map((account) => ({ account, picture: accounts.claims(account).picture })),
    loginHint: typeof params.login_hint === "string" ? params.login_hint : "",
    ...(message && { message }),
  })
  res
    .status(message ? 400 : 200)
    .set("Cache-Control", "no-store")
    .send(page)
}

async function finish(
  provider: Provider,
  req: Request,
  res: Response,
  result: InteractionResults,
): Promise<void> {
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true })
}
