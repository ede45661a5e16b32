import type { ResolvedProvider } from "../config/resolve-providers.js"
import { type AuthContext, toActionUrl, withQuery } from "../http/auth-context.js"
import { getCsrfToken } from "../http/csrf.js"
import { getAsset } from "../pages/assets.js"
import { renderErrorPage } from "../pages/error.js"
import { pageProviders, providerName } from "../pages/page-providers.js"
import { renderSignInPage } from "../pages/sign-in.js"
import { renderSignOutPage } from "../pages/sign-out.js"
import { toJson, toPage, toPageContext, toRedirect } from "../replies/responses.js"
import { takeTypedValues } from "../replies/typed-values.js"
import { readSession } from "../session/get-session.js"
import { signInProofOf } from "../session/sign-in-proof.js"
import { destinationOf, keepDestination, queryOf, signOutDestinationOf } from "./destination.js"
import { ownPageOf } from "./own-page.js"
import { visitorHintsOf } from "./visitor-hints.js"

/** `GET /auth/signin` and `GET /auth/signin/:provider`: all ways to sign in, or the one that was named. */
export async function showSignIn(context: AuthContext, provider?: ResolvedProvider): Promise<Response> {
  const { config } = context
  const query = queryOf(context)
  const destination = await destinationOf(context)
  const said = { error: query.get("error") ?? undefined, code: query.get("code") ?? undefined }
  const remember = keepDestination(context, destination)
  const hints = visitorHintsOf(context)
  const ownPage = provider ? undefined : ownPageOf(context, "signIn")
  if (ownPage) {
    const url = withQuery(ownPage, { callbackUrl: destination, ...said, ...hints })
    return toRedirect(context, url, remember)
  }
  const { token, cookie } = getCsrfToken(context)
  const { typed, cookies } = takeTypedValues(context)
  const html = renderSignInPage(toPageContext(context, token), {
    providers: pageProviders(config.providers),
    callbackUrl: destination,
    messages: config.messages,
    hints,
    ...given({ ...said, typed, email: query.get("email") ?? query.get("login_hint") ?? undefined }),
    ...(provider && { provider: provider.id }),
    ...(config.session.remember === "ask" && { remember: await wasRemembered(context) }),
  })
  return toPage(context, html, [...(cookie ? [cookie] : []), ...remember, ...cookies])
}

/** Whether the user chose to be remembered at the previous sign-in; `false` if the session cannot be read. */
async function wasRemembered({ req, config }: AuthContext): Promise<boolean> {
  try {
    return signInProofOf(await readSession(req, config))?.remembered ?? false
  } catch {
    return false
  }
}

/** `GET /auth/signout`: asks before it ends a session, since a link must not. */
export async function showSignOut(context: AuthContext): Promise<Response> {
  const ownPage = ownPageOf(context, "signOut")
  if (ownPage) return toRedirect(context, ownPage)
  const { token, cookie } = getCsrfToken(context)
  const idp = queryOf(context).get("idp") === "true"
  const page = { callbackUrl: await signOutDestinationOf(context), idp }
  return toPage(context, renderSignOutPage(toPageContext(context, token), page), cookie ? [cookie] : [])
}

/** `GET /auth/error`: explains a known code under its status. */
export async function showError(context: AuthContext): Promise<Response> {
  const query = queryOf(context)
  const error = query.get("error") ?? undefined
  const ownPage = ownPageOf(context, "error")
  if (ownPage) return toRedirect(context, withQuery(ownPage, { error }))
  const said = given({ error, errorId: query.get("id") ?? undefined })
  const { html, status } = renderErrorPage(toPageContext(context), said)
  return toPage(context, html, [], status)
}

/** `GET /auth/csrf`: the token for forms that post to our routes. */
export async function showCsrf(context: AuthContext): Promise<Response> {
  const { token, cookie } = getCsrfToken(context)
  return toJson({ csrfToken: token }, cookie ? [cookie] : [])
}

/** `GET /auth/providers`: the configured providers by id. */
export async function showProviders(context: AuthContext): Promise<Response> {
  const describe = (provider: ResolvedProvider) => {
    const id = provider.id
    const signinUrl = toActionUrl(context, `signin/${id}`)
    const callbackUrl = toActionUrl(context, `callback/${id}`)
    return [id, { id, name: providerName(provider), type: provider.type, signinUrl, callbackUrl }]
  }
  return toJson(Object.fromEntries(context.config.providers.map(describe)))
}

/**
 * `GET /auth/assets/:name`: style sheets and scripts of our pages, which name them with a hash of their content. Pages
 * of the app's own load them without, so those come again after a while.
 */
export function showAsset(context: AuthContext, name: string): Response | undefined {
  const asset = getAsset(name, context.config.theme)
  if (!asset) return
  const headers = {
    "cache-control": queryOf(context).has("v")
      ? "public, max-age=31536000, immutable"
      : "public, max-age=600",
    "x-content-type-options": "nosniff",
  }
  return new Response(typeof asset.body === "string" ? asset.body : new Uint8Array(asset.body), {
    headers: { ...headers, "content-type": asset.type },
  })
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> }

/** Without the members that are `undefined`. */
function given<T extends object>(members: T): Given<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<T>
}
