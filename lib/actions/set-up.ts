import { isOAuthProvider } from "../config/resolve-providers.js"
import type { ProviderToSetUp } from "../config/separate-incomplete.js"
import { isDevelopmentRequest } from "../development/is-development-request.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { renderSetUpPage } from "../pages/set-up.js"
import { type SetUpCard, toSetUpCard } from "../pages/set-up-card.js"
import { toPage, toPageContext, toRedirect } from "../replies/responses.js"

/** Describes the providers that lack credentials, for the sign-in page. Empty unless the developer asks. */
export function setUpCardsOf(context: AuthContext): readonly SetUpCard[] {
  return visible(context).map((one) => toCard(context, one))
}

/** `GET /auth/signin/:provider` for a provider that lacks credentials: says how to get them. */
export function showSetUp(context: AuthContext, id: string | undefined): Response | undefined {
  const found = find(context, id)
  return found && toPage(context, renderSetUpPage(toPageContext(context), toCard(context, found)))
}

/** Redirects to the page of {@link showSetUp} instead of starting a sign-in; `undefined` for any other provider. */
export function redirectToSetUp(context: AuthContext, id: string | undefined): Response | undefined {
  const found = find(context, id)
  return found && toRedirect(context, toActionUrl(context, `signin/${found.provider.id}`))
}

function visible(context: AuthContext): readonly ProviderToSetUp[] {
  return isDevelopmentRequest(context) ? context.config.providersToSetUp : []
}

function find(context: AuthContext, id: string | undefined): ProviderToSetUp | undefined {
  return visible(context).find(({ provider }) => provider.id === id)
}

/** With a redirect proxy, providers redirect to the proxy. */
function toCard(context: AuthContext, toSetUp: ProviderToSetUp): SetUpCard {
  const { provider } = toSetUp
  const ownProxy = isOAuthProvider(provider) ? provider.redirectProxyUrl : undefined
  const proxy = ownProxy ?? context.config.redirectProxyUrl
  const path = `callback/${provider.id}`
  return toSetUpCard(toSetUp, proxy ? `${proxy}/${path}` : toActionUrl(context, path))
}
