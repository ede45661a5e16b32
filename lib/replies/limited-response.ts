import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import type { RateLimitError } from "../errors.js"
import { getCsrfToken } from "../http/csrf.js"
import { negotiate } from "../http/negotiate.js"
import { textOf, toTextResponse } from "../http/send-web-response.js"
import { pageProviders } from "../pages/page-providers.js"
import { renderSignInPage } from "../pages/sign-in.js"
import { toFailureResponse } from "./failure-response.js"
import { personOf } from "./person-of.js"
import { outcomeOf, toPage, toPageContext, withOutcome } from "./responses.js"
import { toSubmittedValues } from "./submitted-values.js"

/**
 * Responds to a sign-in beyond the limit with 429 and `Retry-After`. A browser gets our sign-in page with what the
 * visitor typed; the app's own page gets the error in its URL, as for every failure.
 */
export function toLimitedResponse(attempt: SignInAttempt, error: RateLimitError): Response {
  const { context, destination, provider } = attempt
  const isOurPage = negotiate(context.req) === "html" && !context.config.pages.signIn
  const failed = toFailureResponse(context, error, {
    destination,
    provider: provider.id,
    person: personOf(attempt),
  })
  const response = isOurPage ? showSignInAgain(attempt, error) : failed
  withOutcome(response, outcomeOf(failed))
  // On a redirect, browsers would wait that long before they follow it.
  if (response.status === 302) return response
  response.headers.set("retry-after", `${error.retryAfter}`)
  const limited = toTextResponse(textOf(response) ?? "", { status: 429, headers: response.headers })
  return withOutcome(limited, outcomeOf(response))
}

function showSignInAgain(attempt: SignInAttempt, error: RateLimitError): Response {
  const { context, destination } = attempt
  const { providers, messages, session } = context.config
  const { token, cookie } = getCsrfToken(context)
  const html = renderSignInPage(toPageContext(context, token), {
    providers: pageProviders(providers),
    callbackUrl: destination,
    messages,
    error: "RateLimited",
    retryAfter: error.retryAfter,
    typed: toSubmittedValues(attempt),
    remember: session.remember === "ask" ? false : undefined,
  })
  return toPage(context, html, cookie ? [cookie] : [])
}
