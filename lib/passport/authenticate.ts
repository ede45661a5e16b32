import type { Request, RequestHandler } from "express"
import { rememberedUrl } from "../actions/destination.js"
import { type ResolvedConfig, resolveConfig } from "../config/resolve-config.js"
import { ConfigError } from "../errors.js"
import { type ExpressAuthHandler, sourceOf } from "../express-auth.js"
import { withQuery } from "../http/auth-context.js"
import { type ConfigSource, configFor, mountOf } from "../http/config-for.js"
import { sessionContextOf } from "../session/get-session.js"

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
    "the sign-in page is opened with `error` and `code` in its query, and `messages` has their texts",
  failureFlash:
    "the sign-in page is opened with `error` and `code` in its query, and `messages` has their texts",
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
 * Stands in for `passport.authenticate(name, options)` on routes of the app's own. On a POST it starts the sign-in and
 * answers the request, as `auth.signIn()` does. On a GET it leads to a page of ours with that provider's button: a link
 * on another site must not sign anybody in.
 *
 * @param provider its id
 * @throws {ConfigError} at construction, `ERR_AUTH_INVALID_OPTION`, for what cannot be, with the way to do it here
 * @example
 * app.post("/login/password", authenticate(auth, "local", { successRedirect: "/todos" }))
 * app.get("/login/github", authenticate(auth, "github"))
 */
export function authenticate(
  auth: ExpressAuthHandler,
  provider: string,
  options: AuthenticateOptions = {},
): RequestHandler {
  const source = sourceOf(auth, "authenticate()")
  checkOptions(options, source)

  return function authenticate(req, res, next) {
    const answer = async () => {
      const config = await configFor(source, req)
      const redirectTo = destinationOf(req, config, options)
      if (req.method !== "GET" && req.method !== "HEAD")
        return auth.signIn(req, res, provider, { ...(redirectTo !== undefined && { redirectTo }) })
      const { basePath } = mountOf(source).known(config)
      res.redirect(withQuery(`${basePath}/signin/${provider}`, { callbackUrl: redirectTo }))
    }
    answer().catch(next)
  }
}

/** @returns `undefined` where nothing is said: the form, the query and a guard's cookie are asked then */
function destinationOf(
  req: Request,
  config: ResolvedConfig,
  { successRedirect, successReturnToOrRedirect: otherwise }: AuthenticateOptions,
): string | undefined {
  if (successRedirect !== undefined || otherwise === undefined) return successRedirect
  return rememberedUrl(sessionContextOf(req, config)) ?? otherwise
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
