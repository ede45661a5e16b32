import type { NextFunction, Request, RequestHandler, Response } from "express"
import { keptUrl } from "../actions/destination.js"
import { type ResolvedConfig, resolveConfig } from "../config/resolve-config.js"
import { providerById, providerId } from "../config/resolve-providers.js"
import { ConfigError } from "../errors.js"
import { type ExpressAuthHandler, sourceOf } from "../express-auth.js"
import { createAuthContext, withQuery } from "../http/auth-context.js"
import { type ConfigSource, configFor, mountOf } from "../http/config-for.js"
import { strategyOf } from "../providers/strategy-provider.js"
import { sessionContextOf } from "../session/get-session.js"
import { type AuthenticateCallback, checkFor } from "./check-for.js"
import { signInHere } from "./sign-in-here.js"

export interface AuthenticateOptions {
  /** Where everybody goes who signed in. @default the page that was asked for, else "/" */
  successRedirect?: string
  /** Where who signed in goes, unless a guard had sent them to sign in: they go back. */
  successReturnToOrRedirect?: string
  /** May be given where it is `pages.signIn`, which is where people are told that it was not right. */
  failureRedirect?: string
}

const known = ["successRedirect", "successReturnToOrRedirect", "failureRedirect"]

/** What Passport's own knows and cannot be here, and what takes its place. */
const instead: Readonly<Record<string, string>> = {
  failureMessage:
    "the sign-in page shows what the strategy said, and one of yours reads signInMessage(auth, req, res)",
  failureFlash:
    "the sign-in page shows what the strategy said, and one of yours reads signInMessage(auth, req, res)",
  successMessage: "use events.signIn, or the page that people come to",
  successFlash: "use events.signIn, or the page that people come to",
  failWithError: "people who fail are led back to the sign-in page",
  session: "for an API, guard with requireAuth() or check its own token",
  assignProperty: "link the account: auth.linkAccount(req, res, provider)",
  scope:
    "set it where the provider is configured: authorization.params.scope, or `options` of PassportProvider",
  state: "it is always set and checked",
}

/**
 * Stands in for `passport.authenticate(name, options)` on routes of the app's own. On a POST it signs in, as `auth.signIn()`
 * does. It answers the request where a redirect is configured, where the person has to go elsewhere, and where the sign-in
 * fails: browsers are led to the sign-in page, clients that ask for JSON get 401. Without `successRedirect` and
 * `successReturnToOrRedirect` the next handler runs, with `req.user`. On a GET it leads to a page of ours with that
 * provider's button: a link on another site must not sign anybody in.
 *
 * With a callback it only asks the strategy and leaves the rest to the app, which calls `req.login()`. Neither
 * `callbacks.signIn` nor a second factor is asked then. That is for strategies of `PassportProvider` that read a form.
 *
 * @param provider its id
 * @throws {ConfigError} at construction, `ERR_AUTH_INVALID_OPTION`, for what cannot be, with the way to do it here
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
  const at = mountOf(source).known(config)
  const redirectTo = destinationOf(req, config, options)
  if (req.method === "GET" || req.method === "HEAD")
    return res.redirect(withQuery(`${at.basePath}/signin/${provider}`, { callbackUrl: redirectTo }))
  const context = createAuthContext(req, res, config, at)
  if (done) return checkFor(context, provider, done)
  await signInHere({ context, source, next }, provider, redirectTo)
}

/** @returns `undefined` where nothing is said: the form, the query and a guard's cookie are asked then */
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
      "authenticate() takes the id of one provider. Make each strategy a provider, providers: [PassportProvider({ id, " +
        "strategy })], and give each a route or a button of its own.",
    )
  if (typeof source === "function") return
  const { providers } = resolveConfig(source)
  const found = providerById(providers, provider)
  if (!found)
    throw misuse(`There is no provider "${provider}". Configured: ${providers.map(providerId).join(", ")}.`)
  if (!hasCallback || strategyOf(found)?.fields) return
  throw misuse(
    `authenticate() takes a callback only for a strategy of PassportProvider that reads a form, which "${provider}" is not. ` +
      "Use events.signIn, callbacks.signIn and pages, or check the person yourself and call req.login().",
  )
}

function checkOptions(options: AuthenticateOptions, source: ConfigSource): void {
  for (const name of Object.keys(options)) {
    if (instead[name]) throw misuse(`authenticate() has no "${name}": ${instead[name]}.`)
    if (!known.includes(name))
      throw misuse(`authenticate() knows no option "${name}", only ${known.join(", ")}.`)
  }
  const { failureRedirect } = options
  if (failureRedirect === undefined || typeof source === "function") return
  const { signIn } = resolveConfig(source).pages
  if (signIn === failureRedirect) return
  throw misuse(
    `authenticate() leads people who fail to the sign-in page, not to "${failureRedirect}". If that is yours, say so: ` +
      `pages: { signIn: "${failureRedirect}" }.`,
  )
}

function misuse(message: string): ConfigError {
  return new ConfigError("ERR_AUTH_INVALID_OPTION", message)
}
