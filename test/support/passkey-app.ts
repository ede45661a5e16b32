import express, { type Express } from "express"
import { ExpressAuth, type ExpressAuthConfig } from "express-authjs"
import Passkey from "express-authjs/providers/passkey"
import { createExtendedAdapter } from "./adapter-extras.js"
import { secret } from "./auth-apps.js"
import { createMailbox } from "./mailbox.js"

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><main><h1>${title}</h1>${body}</main></body></html>`

const account = `
  <form method="post" action="/auth/callback/passkey" data-passkey="register">
    <input type="hidden" name="callbackUrl" value="/account"><button hidden>Add a passkey</button>
  </form>
  <p><a href="/auth/signout?callbackUrl=/">Sign out</a></p>
  <script src="/auth/assets/passkey.js" defer></script>`

export interface PasskeyAppOptions extends Partial<ExpressAuthConfig> {
  /** Whether the app can send mail, and so verifies addresses first. */
  mails?: boolean
  passkey?: Parameters<typeof Passkey>[0]
}

/** An app with passkeys and its own account page, under the CSP of our pages. */
export function createPasskeyApp({ mails = false, passkey = {}, ...config }: PasskeyAppOptions = {}) {
  const adapter = createExtendedAdapter()
  const mailbox = createMailbox()
  const providers = [Passkey(passkey), ...(mails ? [mailbox.provider] : [])]
  const logger = { error() {}, warn() {}, debug() {} }
  const auth = ExpressAuth({ secret, adapter, providers, logger, ...config })
  const app: Express = express()
  app.use("/auth", auth)
  app.use((_req, res, next) => {
    res.set("content-security-policy", "default-src 'none'; script-src 'self'; connect-src 'self'")
    next()
  })
  app.get("/", (_req, res) => res.send(page("Home", '<a href="/account">Account</a>')))
  app.get("/account", auth.requireAuth(), async (req, res) => {
    const passkeys = await adapter.listAuthenticatorsByUserId(req.auth.user.id ?? "")
    res.send(page(`Hello ${req.auth.user.email}`, `<p>Passkeys: ${passkeys.length}</p>${account}`))
  })
  return { app, auth, adapter, mailbox }
}
