import type { Response as ExpressResponse, Request } from "express"
import { providerById } from "../config/find-provider.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { isAvailable } from "../development/require-available.js"
import { ExpressAuthError } from "../errors.js"
import { type AuthContext, createAuthContext, toSignInUrl, withQuery } from "../http/auth-context.js"
import { isAt } from "../http/is-same-page.js"
import type { Mount } from "../http/mount.js"
import { requestedUrl } from "../http/requested-url.js"
import { toSafeUrl } from "../http/safe-redirect.js"
import { pageProviders } from "../pages/page-providers.js"
import { type ProviderView, toProviderViews } from "../pages/provider-view.js"
import { renderTemplate } from "../pages/render-page.js"
import { toPageContext } from "../replies/responses.js"
import type { ActiveSession } from "../session/to-session.js"
import { csrfTokenFromApp } from "./csrf.js"
import { keptUrl, queryOf } from "./destination.js"

/**
 * What `auth.views()` puts into `res.locals`, for templates of the app in any view engine. Each function returns HTML in
 * which everything is escaped, in the visitor's language: output it without escaping it again, e.g. with `<%-` in EJS.
 * Call them before the response is sent, because their forms may need a cookie.
 */
export interface ViewHelpers {
  /**
   * Returns a button that signs in and comes back to this page: a form that starts the sign-in at an OAuth or OpenID
   * Connect provider, or a link to the page of another one.
   *
   * @param provider the provider's id; without it, a link to the sign-in page
   * @throws {ExpressAuthError} `ERR_AUTH_UNKNOWN_PROVIDER`, `ERR_AUTH_MOUNT`, `ERR_AUTH_HEADERS_SENT`
   */
  signInButton(provider?: string): string
  /**
   * Returns a form with one button, which signs out.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_MOUNT`, `ERR_AUTH_HEADERS_SENT`
   */
  signOutForm(): string
  /**
   * Returns the hidden field `csrfToken`, for a form of the app that posts to one of our routes.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_MOUNT`, `ERR_AUTH_HEADERS_SENT`
   */
  csrfField(): string
  /**
   * Returns the user's name, as a link to the account page if there is one, and a button that signs out; for an anonymous
   * request, the link to the sign-in page.
   *
   * @throws {ExpressAuthError} `ERR_AUTH_MOUNT`, `ERR_AUTH_HEADERS_SENT`
   */
  userMenu(): string
}

/** A request to one of the app's own pages. */
interface AppRequest {
  readonly req: Request
  readonly res: ExpressResponse
  readonly config: ResolvedConfig
  readonly mount: Mount
  /** `null` for an anonymous request. */
  readonly session: ActiveSession | null
}

/** Creates the functions for templates of the app. They do nothing before they are called, and set no cookie. */
export function createViewHelpers({ req, res, config, mount, session }: AppRequest): ViewHelpers {
  const contextOf = () => createAuthContext(req, res, config, mount.paths(config, req))
  return {
    signInButton: (provider) =>
      provider === undefined ? renderSignInLink(contextOf()) : renderProvider(contextOf(), provider),
    signOutForm: () => renderSignOut(contextOf()),
    csrfField: () => renderCsrfField(contextOf()),
    userMenu: () => (session ? renderUser(contextOf(), session) : renderSignInLink(contextOf())),
  }
}

type Template = "csrf-field" | "sign-in-button" | "sign-out-form" | "user-menu"

function render(context: AuthContext, template: Template, model: object): string {
  return renderTemplate(`partials/app/${template}`, model, toPageContext(context))
}

/** Returns the CSRF token. A page that contains it, or a user's name, must not be in a shared cache. */
function tokenOf(context: AuthContext): string {
  const { res } = context
  const token = csrfTokenFromApp(context)
  if (!res.headersSent && !res.hasHeader("cache-control")) res.setHeader("cache-control", "private, no-store")
  return token
}

function renderSignInLink(context: AuthContext): string {
  const link = toSignInUrl(context, { callbackUrl: destinationOf(context) })
  return render(context, "sign-in-button", { link, submit: toPageContext(context).t("action.signIn") })
}

function renderProvider(context: AuthContext, id: string): string {
  const { config, basePath } = context
  const callbackUrl = destinationOf(context)
  const view = findView(context, id)
  if (!view) return ""
  const submit = view.continueWith
  if ((view.type === "oauth" || view.type === "oidc") && providerById(config.providers, id)) {
    const model = { action: basePath + view.path, csrfToken: tokenOf(context), callbackUrl, submit }
    return render(context, "sign-in-button", model)
  }
  const link = withQuery(`${basePath}/signin/${encodeURIComponent(id)}`, { callbackUrl })
  return render(context, "sign-in-button", { link, submit })
}

/**
 * Returns the view of a provider, also of one that lacks credentials, whose page says how to set it up; nothing for one
 * that this request may not use.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_UNKNOWN_PROVIDER`
 */
function findView(context: AuthContext, id: string): ProviderView | undefined {
  const { providers, providersToSetUp } = context.config
  const all = [...providers, ...providersToSetUp.map(({ provider }) => provider)]
  const provider = providerById(all, id)
  if (!provider) {
    const known = all.map((one) => one.id).join(", ")
    throw new ExpressAuthError(
      "ERR_AUTH_UNKNOWN_PROVIDER",
      `signInButton(${JSON.stringify(id)}): there is no provider with this id. Configured: ${known}.`,
    )
  }
  if (!isAvailable(provider, context)) return
  const texts = toPageContext(context)
  const own = toProviderViews(pageProviders(providers), texts).find((view) => view.id === id)
  return own ?? toProviderViews(pageProviders([provider]), texts)[0]
}

/** Returns this page; on the app's own sign-in page, where that page leads; after a form post, the page of the form. */
function destinationOf(context: AuthContext): string {
  const { req, origin, config } = context
  const safe = (url: unknown) => toSafeUrl(url, origin, config.trustedOrigins)
  if (config.pages.signIn && isAt(context, config.pages.signIn))
    return safe(queryOf(context).get("callbackUrl")) ?? safe(keptUrl(context)) ?? `${origin}/`
  const form = req.method === "GET" || req.method === "HEAD" ? undefined : safe(req.get("referer"))
  return form ?? requestedUrl(context)
}

function renderCsrfField(context: AuthContext): string {
  return render(context, "csrf-field", { csrfToken: tokenOf(context) })
}

function renderSignOut(context: AuthContext): string {
  return render(context, "sign-out-form", toSignOut(context))
}

function toSignOut(context: AuthContext): { action: string; csrfToken: string } {
  return { action: `${context.basePath}/signout`, csrfToken: tokenOf(context) }
}

function renderUser(context: AuthContext, { user }: ActiveSession): string {
  const { config, basePath } = context
  const name = user.name || user.email || toPageContext(context).t("account.heading")
  const account = config.pages.account === false ? undefined : (config.pages.account ?? `${basePath}/account`)
  return render(context, "user-menu", { ...toSignOut(context), name, account })
}
