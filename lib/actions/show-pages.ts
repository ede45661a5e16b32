import type { ResolvedProvider } from "../config/resolve-providers.js"
import { isAvailable } from "../development/require-available.js"
import { type AuthContext, toActionUrl, toSignInUrl, withQuery } from "../http/auth-context.js"
import { getCsrfToken } from "../http/csrf.js"
import { getAsset, getVersion } from "../pages/assets.js"
import { renderErrorPage } from "../pages/error.js"
import { toSignInLink } from "../pages/page-link.js"
import { toPageLook } from "../pages/page-look.js"
import type { PageProvider } from "../pages/page-provider.js"
import { pageProviders, providerName } from "../pages/page-providers.js"
import { renderSignInPage } from "../pages/sign-in.js"
import { isStepUp } from "../pages/sign-in-groups.js"
import { renderSignOutPage } from "../pages/sign-out.js"
import { toJson, toPage, toPageContext, toRedirect } from "../replies/responses.js"
import { takeSubmittedValues } from "../replies/submitted-values.js"
import { readSession } from "../session/get-session.js"
import { readSessionCookie } from "../session/session-cookie.js"
import { signInProofOf } from "../session/sign-in-proof.js"
import { customPage } from "./custom-page.js"
import { destinationOf, keepDestination, queryOf, signOutDestinationOf } from "./destination.js"
import { lastUsedOf } from "./last-used.js"
import { setUpCardsOf } from "./set-up.js"
import { ownProviderIds, type Visitor, visitorOf } from "./visitor.js"
import { visitorHintsOf } from "./visitor-hints.js"

/**
 * `GET /auth`: a visitor who shortens the address, or types it, looks for the way in. Behind a wildcard, Express also
 * takes another spelling of one of our paths, such as `/auth/signin%2F`, for the mount.
 */
export function redirectToSignIn(context: AuthContext): Response | undefined {
  return context.basePath.includes("%") ? undefined : toRedirect(context, toSignInUrl(context, {}))
}

/** `GET /auth/signin` and `GET /auth/signin/:provider`: shows all ways to sign in, or one. */
export async function showSignIn(context: AuthContext, provider?: ResolvedProvider): Promise<Response> {
  const { config } = context
  const query = queryOf(context)
  const destination = await destinationOf(context)
  const said = { error: query.get("error") ?? undefined, code: query.get("code") ?? undefined }
  const remember = keepDestination(context, destination)
  const hints = visitorHintsOf(context)
  const ownPage = provider ? undefined : customPage(context, "signIn")
  if (ownPage) {
    const url = withQuery(ownPage, { callbackUrl: destination, ...said, ...hints })
    return toRedirect(context, url, remember)
  }
  const { token, cookie } = getCsrfToken(context)
  const { typed, cookies } = takeSubmittedValues(context)
  const visitor = provider ? undefined : await visitorOf(context)
  const html = renderSignInPage(toPageContext(context, token), {
    providers: await offeredProviders(context, visitor, isStepUp(said)),
    callbackUrl: destination,
    messages: config.messages,
    hints,
    ...said,
    typed,
    visitor,
    email: query.get("email") ?? query.get("login_hint") ?? (isStepUp(said) ? visitor?.email : undefined),
    provider: provider?.id,
    lastUsed: config.lastUsed ? lastUsedOf(context) : undefined,
    showsAll: query.get("methods") === "all",
    toSetUp: setUpCardsOf(context),
    remember: config.session.remember === "ask" ? await wasRemembered(context) : undefined,
  })
  return toPage(context, html, [...(cookie ? [cookie] : []), ...remember, ...cookies])
}

/** A visitor who has to confirm that it is still them is offered their own ways to sign in, if these are known. */
async function offeredProviders(
  context: AuthContext,
  visitor: Visitor | undefined,
  isAgain: boolean,
): Promise<PageProvider[]> {
  const shown = shownProviders(context)
  const own = visitor && isAgain ? await ownProviderIds(context, visitor) : undefined
  const offered = own ? shown.filter(({ id }) => own.has(id)) : shown
  return offered.length > 0 ? offered : shown
}

function shownProviders({ req, config }: AuthContext): PageProvider[] {
  const providers = pageProviders(config.providers)
  const areAvailable = config.providers.map((provider) => isAvailable(provider, { req, config }))
  return providers.filter((_, index) => areAvailable[index])
}

/** Whether the user chose to be remembered at the previous sign-in; `false` if the session cannot be read. */
async function wasRemembered({ req, config }: AuthContext): Promise<boolean> {
  try {
    return signInProofOf(await readSession(req, config))?.remembered ?? false
  } catch {
    return false
  }
}

/** `GET /auth/signout`: asks for confirmation, since following a link must not end a session. */
export async function showSignOut(context: AuthContext): Promise<Response> {
  const ownPage = customPage(context, "signOut")
  if (ownPage) return toRedirect(context, ownPage)
  const { token, cookie } = getCsrfToken(context)
  const idp = queryOf(context).get("idp") === "true"
  // Whether it is still valid does not matter: no callback need run to offer its removal.
  const isSignedOut = readSessionCookie(context.req, context.cookies.sessionToken) === undefined
  const page = { callbackUrl: await signOutDestinationOf(context), idp, isSignedOut }
  return toPage(context, renderSignOutPage(toPageContext(context, token), page), cookie ? [cookie] : [])
}

/** `GET /auth/error`: explains a known code, with its status. */
export async function showError(context: AuthContext): Promise<Response> {
  const query = queryOf(context)
  const error = query.get("error") ?? undefined
  const ownPage = customPage(context, "error")
  if (ownPage) return toRedirect(context, withQuery(ownPage, { error }))
  const said = { error, errorId: query.get("id") ?? undefined }
  const link = toSignInLink(
    context.basePath,
    query.has("callbackUrl") ? await destinationOf(context) : undefined,
  )
  const { html, status } = renderErrorPage(toPageContext(context), { ...said, link })
  return toPage(context, html, [], status)
}

/** `GET /auth/csrf`: returns the token for forms that post to our routes. */
export async function showCsrf(context: AuthContext): Promise<Response> {
  const { token, cookie } = getCsrfToken(context)
  return toJson({ csrfToken: token }, cookie ? [cookie] : [])
}

/** `GET /auth/providers`: returns the configured providers by id. */
export async function showProviders(context: AuthContext): Promise<Response> {
  const describe = (provider: ResolvedProvider) => {
    const id = provider.id
    const signinUrl = toActionUrl(context, `signin/${id}`)
    const callbackUrl = toActionUrl(context, `callback/${id}`)
    return [id, { id, name: providerName(provider), type: provider.type, signinUrl, callbackUrl }]
  }
  const available = context.config.providers.filter((provider) => isAvailable(provider, context))
  return toJson(Object.fromEntries(available.map(describe)))
}

/**
 * `GET /auth/assets/:name`: returns a style sheet or script of our pages, which link to it with a hash of its content.
 * The app's own pages link to it without a hash, so browsers check for changes after ten minutes, by its ETag.
 */
export function showAsset(context: AuthContext, name: string): Response | undefined {
  const asset = getAsset(name, toPageLook(context.config))
  if (!asset) return
  const version = getVersion(asset)
  const etag = `"${version}"`
  const headers = {
    etag,
    "cache-control": toCaching(queryOf(context).get("v"), version),
    "x-content-type-options": "nosniff",
  }
  // A proxy that compresses makes the ETag weak: W/"…".
  if (context.req.get("if-none-match")?.includes(etag)) return new Response(null, { status: 304, headers })
  return new Response(typeof asset.body === "string" ? asset.body : new Uint8Array(asset.body), {
    headers: { ...headers, "content-type": asset.type },
  })
}

/** During a deployment, a page of the new version may request an asset of the old one, which must not be kept. */
function toCaching(requested: string | null, version: string): string {
  if (requested === null) return "public, max-age=600"
  return requested === version ? "public, max-age=31536000, immutable" : "no-cache"
}
