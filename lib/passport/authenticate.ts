import type { NextFunction, Request, RequestHandler, Response } from "express"
import { keptUrl } from "../actions/destination.js"
import { providerById } from "../config/find-provider.js"
import { type ResolvedConfig, resolveConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { type ExpressAuthHandler, sourceOf } from "../express-auth.js"
import { createAuthContext, withQuery } from "../http/auth-context.js"
import { type ConfigSource, configFor, mountOf } from "../http/config-for.js"
import { strategyOf } from "../providers/strategy-provider.js"
import { sessionContextOf } from "../session/get-session.js"
import { type AuthenticateCallback, authenticateWithCallback } from "./authenticate-with-callback.js"
import { signInHere } from "./sign-in-here.js"

/** Options of {@link authenticate}. */
export interface AuthenticateOptions {
  /**
   * URL to redirect to after every successful sign-in.
   *
   * @default none: the next handler runs; a sign-in that leaves the site ends at the requested page, else at "/"
   */
  successRedirect?: string
  /** URL to redirect to after a sign-in, unless a guard sent the user here: then they return to the guarded page. */
  successReturnToOrRedirect?: string
  /** Accepted only when it equals `pages.signIn`, where failed sign-ins are always sent. */
  failureRedirect?: string
}

const known = ["successRedirect", "successReturnToOrRedirect", "failureRedirect"]

/** Passport options that are not supported, each with its replacement. */
const instead: Readonly<Record<string, string>> = {
  failureMessage:
    "the sign-in page shows the strategy's message, and a page of your own reads it with signInMessage(auth, req, res)",
  failureFlash:
    "the sign-in page shows the strategy's message, and a page of your own reads it with signInMessage(auth, req, res)",
  successMessage: "use events.signIn, or show it on the page after the sign-in",
  successFlash: "use events.signIn, or show it on the page after the sign-in",
  failWithError: "a failed sign-in is redirected to the sign-in page",
  session: "for an API, guard with requireAuth() or check its own token",
  assignProperty: "link the account: auth.linkAccount(req, res, provider)",
  scope: "set it on the provider: authorization.params.scope, or `options` of PassportProvider",
  state: "state is always set and checked",
}

/**
 * Returns middleware that replaces `passport.authenticate(name, options)` on the app's own routes.
 *
 * A POST signs in, as `auth.signIn()` does. The middleware responds itself when a redirect is configured, when the
 * provider requires one, and when the sign-in fails: a form leads to the sign-in page, `fetch` and other clients get 401.
 * Without `successRedirect` and `successReturnToOrRedirect` the next handler runs, with `req.user` set. A GET redirects
 * to our page with that provider's button, so that a link on another site cannot sign a visitor in.
 *
 * With a callback it only runs the strategy and reports the outcome; the app calls `req.login()`. `callbacks.signIn`
 * and second factors are skipped then. Callbacks work only with `PassportProvider` strategies that read a form.
 *
 * @param provider the provider's id
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` at construction, for an unknown provider or an unsupported option
 * @example
 * app.post("/login/password", authenticate(auth, "local", { successRedirect: "/todos" }))
 * app.post("/login/token", authenticate(auth, "local"), (req, res) => res.json(req.user))
 * app.get("/login/github", authenticate(auth, "github"))
 */
export function authenticate(
  auth: ExpressAuthHandler,
  provider: string,
  options?: AuthenticateOptions | AuthenticateCallback,
  callback?: AuthenticateCallback,
): RequestHandler {
  const [chosen, done] = typeof options === "function" ? [{}, options] : [options ?? {}, callback]
  const source = sourceOf(auth, "authenticate()")
  checkProvider(provider, source, done !== undefined)
  checkOptions(chosen, source)

  return function authenticate(req, res, next) {
    start({ req, res, next }, { source, provider, options: chosen, done }).catch(next)
  }
}

interface Exchange {
  readonly req: Request
  readonly res: Response
  readonly next: NextFunction
}

interface Start {
  readonly source: ConfigSource
  readonly provider: string
  readonly options: AuthenticateOptions
  readonly done: AuthenticateCallback | undefined
}

async function start(
  { req, res, next }: Exchange,
  { source, provider, options, done }: Start,
): Promise<void> {
  const config = await configFor(source, req)
  const at = mountOf(source).paths(config, req)
  const redirectTo = destinationOf(req, config, options)
  if (req.method === "GET" || req.method === "HEAD")
    return res.redirect(withQuery(`${at.basePath}/signin/${provider}`, { callbackUrl: redirectTo }))
  const context = { ...createAuthContext(req, res, config, at), sendsStatus: true }
  if (done) return authenticateWithCallback(context, provider, done)
  await signInHere({ context, source, next }, provider, redirectTo)
}

/** @returns `undefined` when no option sets it: the form, the query and a guard's cookie decide then */
function destinationOf(
  req: Request,
  config: ResolvedConfig,
  { successRedirect, successReturnToOrRedirect: otherwise }: AuthenticateOptions,
): string | undefined {
  if (successRedirect !== undefined || otherwise === undefined) return successRedirect
  return keptUrl(sessionContextOf(req, config)) ?? otherwise
}

function checkProvider(provider: unknown, source: ConfigSource, hasCallback: boolean): void {
  if (typeof provider !== "string")
    throw misuse(
      `authenticate() got ${Array.isArray(provider) ? "an array" : typeof provider} as the provider; expected one provider's id. ` +
        "Configure each strategy as providers: [PassportProvider({ id, strategy })] and give each its own route or button.",
    )
  if (typeof source === "function") return
  const { providers } = resolveConfig(source)
  const found = providerById(providers, provider)
  if (!found)
    throw misuse(
      `authenticate() found no provider "${provider}". Configured: ${providers.map(({ id }) => id).join(", ")}.`,
    )
  if (!hasCallback || strategyOf(found)?.fields) return
  throw misuse(
    `authenticate() got a callback for "${provider}", which reads no form; callbacks work only with PassportProvider ` +
      "strategies that do. Use events.signIn, callbacks.signIn and pages, or check the user yourself and call req.login().",
  )
}

function checkOptions(options: AuthenticateOptions, source: ConfigSource): void {
  for (const name of Object.keys(options)) {
    if (instead[name]) throw misuse(`authenticate() has no "${name}": ${instead[name]}.`)
    if (!known.includes(name))
      throw misuse(`authenticate() has no option "${name}"; expected one of ${known.join(", ")}.`)
  }
  const { failureRedirect } = options
  if (failureRedirect === undefined || typeof source === "function") return
  const { signIn } = resolveConfig(source).pages
  if (signIn === failureRedirect) return
  throw misuse(
    `\`failureRedirect\` is "${failureRedirect}", but authenticate() redirects failed sign-ins to the sign-in page. If that ` +
      `is your sign-in page, set pages: { signIn: "${failureRedirect}" }.`,
  )
}

function misuse(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
