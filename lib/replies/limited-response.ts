import type { ResolvedProvider } from "../config/resolve-providers.js"
import type { RateLimitError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { getCsrfToken } from "../http/csrf.js"
import { negotiate } from "../http/negotiate.js"
import { textOf, toTextResponse } from "../http/text-response.js"
import { pageProviders } from "../pages/page-providers.js"
import { renderSignInPage } from "../pages/sign-in.js"
import { toFailureResponse } from "./failure-response.js"
import { outcomeOf, withOutcome } from "./outcome.js"
import { toPage, toPageContext } from "./responses.js"
import { type Tried, toTypedValues } from "./typed-values.js"

interface Refused extends Tried {
  readonly provider: ResolvedProvider
  /** Already checked. */
  readonly destination: string
}

/**
 * Answers a sign-in of which there were too many: 429, which says when to come back. A person gets the sign-in page with
 * what they typed; a page of the app's own is told by its address, as of every failure.
 */
export function toLimitedResponse(context: AuthContext, error: RateLimitError, refused: Refused): Response {
  const { pages } = context.config
  const isOurPage = negotiate(context.req) === "html" && !pages.signIn
  const { destination } = refused
  const failed = toFailureResponse(context, error, { destination })
  const response = isOurPage ? showSignInAgain(context, error, refused) : failed
  withOutcome(response, outcomeOf(failed))
  // On a redirect the header would tell browsers to wait before they follow it.
  if (response.status === 302) return response
  response.headers.set("retry-after", `${error.retryAfter}`)
  const limited = toTextResponse(textOf(response) ?? "", { status: 429, headers: response.headers })
  return withOutcome(limited, outcomeOf(response))
}

function showSignInAgain(
  context: AuthContext,
  error: RateLimitError,
  { provider, destination, ...tried }: Refused,
): Response {
  const { providers, messages, session } = context.config
  const { token, cookie } = getCsrfToken(context)
  const html = renderSignInPage(toPageContext(context, token), {
    providers: pageProviders(providers),
    callbackUrl: destination,
    messages,
    error: "RateLimited",
    retryAfter: error.retryAfter,
    typed: toTypedValues(provider, tried),
    ...(session.remember === "ask" && { remember: false }),
  })
  return toPage(context, html, cookie ? [cookie] : [])
}
