import { randomBytes } from "node:crypto"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { type Flow, flowMaxAge, keepFlow, resumeFlow, toCoreCookies, toFlow } from "../engine/flow-cookies.js"
import { createAttempt, getRequest, type SignInAttempt } from "../engine/sign-in-attempt.js"
import { ExpressAuthError } from "../errors.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { type Cookie, withCookies } from "../http/cookies.js"
import type { Body } from "../http/read-body.js"
import { toTextResponse } from "../http/send-web-response.js"
import { useOnce } from "../limits/single-use.js"
import { bindPage, bindRequest, keyOf, restoreAnswer } from "../providers/request-key.js"
import {
  overlaps,
  type StrategyOutcome,
  StrategyRefusal,
  type StrategyStep,
} from "../providers/strategy-provider.js"
import { toFailedSignIn } from "../replies/failed-sign-in.js"
import { toRedirect } from "../replies/responses.js"
import { noteSignIn, traceSignIn } from "../replies/trace-sign-in.js"
import { requireLinkingSession, requireOwnUser, toLinkFailure } from "./accounts/finish-link.js"
import { dropDestination, queryOf } from "./destination.js"
import { finishUnknownFlow } from "./finish-oauth.js"
import { finishSignIn } from "./finish-sign-in.js"
import { limitAttempt } from "./limit-attempt.js"
import { redirectPosted, unsealPosted } from "./posted-callback.js"

type Params = Readonly<Record<string, string>>

/** One step of a strategy: the request it gets, and what it carries over to the next step. */
interface Step extends Pick<StrategyStep, "method" | "query"> {
  /** The value that the response must contain, if the strategy's own request contains nothing unpredictable. */
  readonly key: string
  readonly session: Record<string, unknown>
  /** Removes the cookie of the previous step. */
  readonly former: readonly Cookie[]
}

/** Starts a sign-in with a strategy: checks the form, or redirects to the strategy's service. */
export async function startStrategy(attempt: SignInAttempt): Promise<Response> {
  const step = { key: randomKey(), session: {}, former: [] }
  if (attempt.strategy?.fields)
    return traceSignIn(attempt, () => advance(attempt, { ...step, method: "POST", query: {} }))
  // The visitor's query is not the service's response. SAML passes `RelayState` on.
  return advance({ ...attempt, body: {} }, { ...step, method: "GET", query: { RelayState: step.key } })
}

/**
 * `GET /auth/callback/:provider`: the visitor returns from a strategy's service. Ends the flow, whether the sign-in
 * succeeds or not. A response with a repeated parameter belongs to no flow: two readers could take different values
 * (RFC 6749, section 3.1).
 */
export async function finishStrategy(
  context: AuthContext,
  provider: ResolvedProvider,
  params: Params,
): Promise<Response> {
  const names = [...queryOf(context).keys()]
  if (new Set(names).size < names.length) return finishUnknownFlow(context)
  const posted = unsealPosted(context, provider, params.posted)
  return resume(context, provider, posted ? { method: "POST", params: posted } : { method: "GET", params })
}

/**
 * `POST /auth/callback/:provider`: a strategy's service had the browser post its response (SAML). That request comes
 * from another site, without our cookies: the response is sealed and sent again, from our own site.
 */
export async function finishPostedStrategy(
  context: AuthContext,
  provider: ResolvedProvider,
  body: Body,
): Promise<Response> {
  if (Object.values(body).some(Array.isArray)) return finishUnknownFlow(context)
  const params = unsealPosted(context, provider, body.posted)
  if (!params) return redirectPosted(context, provider, body)
  return resume(context, provider, { method: "POST", params })
}

async function resume(
  context: AuthContext,
  provider: ResolvedProvider,
  { method, params }: { method: "GET" | "POST"; params: Params },
): Promise<Response> {
  const resumed = findFlow(context, provider.id, keyOf(params))
  if (!resumed?.flow.external) return finishUnknownFlow(context)
  const { flow, clear } = resumed
  if (!(await useOnce(context.config, JSON.stringify(flow), flowMaxAge))) return finishUnknownFlow(context)
  const { destination, link, remembered } = flow
  const { session, replaced } = resumed.flow.external
  const body = restoreAnswer(params, replaced)
  const attempt = createAttempt({ context, provider, body, destination, link, remembered })
  const step = { key: randomKey(), session: { ...session }, former: [clear] }
  return traceSignIn(attempt, async () =>
    isCancelled(params)
      ? fail(attempt, new StrategyRefusal("Cancelled"), [clear])
      : advance(attempt, { ...step, method, query: method === "GET" ? body : {} }),
  )
}

function findFlow(context: AuthContext, id: string, key: string | undefined) {
  const keyed = key === undefined ? undefined : resumeFlow(context, id, key)
  return keyed ?? resumeFlow(context, id, undefined)
}

/** Whether the user cancelled (RFC 6749, section 4.1.2.1). OAuth 1.0 defines nothing for it; Twitter sends `denied`. */
function isCancelled({ error, denied }: Params): boolean {
  return error === "access_denied" || denied !== undefined
}

function randomKey(): string {
  return randomBytes(24).toString("base64url")
}

/** Runs the strategy's next step, and responds with its outcome. */
async function advance(attempt: SignInAttempt, step: Step): Promise<Response> {
  try {
    const given = await toStrategyStep(attempt, step)
    const outcome = await limitAttempt(attempt, async () => {
      const reached = await attempt.strategy?.advance(given)
      if (!reached || reached.type === "refusal") throw toRefusal(attempt, reached?.message)
      return reached
    })
    if (outcome.type === "success") return await complete({ ...attempt, strategyUser: outcome }, step)
    return noteSignIn(leave(attempt, step, outcome), () => ({ outcome: "continued" }))
  } catch (error) {
    return fail(attempt, error, step.former)
  }
}

async function toStrategyStep(
  attempt: SignInAttempt,
  { method, query, session }: Step,
): Promise<StrategyStep> {
  const { context, provider, body, params, hints } = attempt
  const callbackUrl = toActionUrl(context, `callback/${provider.id}`)
  const linking = await toLinking(attempt)
  return { req: context.req, callbackUrl, method, query, body, params, hints, session, linking }
}

/** Checks the session before the strategy runs, because a verify function may link the account itself. */
async function toLinking({ context, link }: SignInAttempt): Promise<StrategyStep["linking"]> {
  if (!link) return
  const { session } = await requireLinkingSession(context, link)
  return { session, config: context.config }
}

/**
 * Shows the strategy's message, unless it repeats a value of the service's response: an attacker may have written that.
 */
function toRefusal({ strategy, body }: SignInAttempt, message: string | undefined): StrategyRefusal {
  const typed = strategy?.fields !== undefined
  const isEcho =
    message !== undefined &&
    Object.values(body).some((value) => (typed ? value === message : overlaps(message, value)))
  return new StrategyRefusal(typed ? "CredentialsSignin" : "AccessDenied", isEcho ? undefined : message)
}

/** Lets core create user, account and session, as for every provider. */
async function complete(attempt: SignInAttempt, { former }: Step): Promise<Response> {
  const { context, provider, strategy, strategyUser, destination, link } = attempt
  if (link && strategy?.ownUsers) requireOwnUser(strategyUser?.user.id, link)
  if (link && !context.config.adapter)
    return toRedirect(context, destination, [...former, ...dropDestination(context)])
  const state = randomKey()
  const cookies = toCoreCookies(context, { provider: provider.id }, state)
  const request = getRequest({ state, code: "external" }, cookies)
  return withCookies(await finishSignIn({ ...attempt, request }), former)
}

/** Keeps the flow until the visitor returns. A page of the strategy sets its own policy, or none. */
function leave(
  attempt: SignInAttempt,
  { key, session, former }: Step,
  outcome: Extract<StrategyOutcome, { type: "redirect" | "page" }>,
): Response {
  const { context, link } = attempt
  const bound =
    outcome.type === "redirect"
      ? bindRequest(toRequest(context, outcome.url), key)
      : bindPage(outcome.html, key)
  if (link && bound.key === undefined) throw unlinkable(attempt.provider)
  const flow: Flow = { ...toFlow(attempt), external: { session, replaced: bound.replaced } }
  const cookies = [...former, ...keepFlow(context, flow, bound.key), ...dropDestination(context)]
  if (outcome.type === "redirect") return toRedirect(context, bound.url, cookies)
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "private, no-store" }
  return withCookies(toTextResponse(outcome.html, { headers }), cookies)
}

function toRequest({ origin }: AuthContext, address: string): URL {
  const url = new URL(address, origin)
  if (url.protocol === "https:" || url.protocol === "http:") return url
  throw new TypeError(`A strategy redirected to "${url.protocol}"; expected an http: or https: URL.`)
}

/** Refuses a link without a value to recognise the response: an attacker could substitute a response of their own. */
function unlinkable(provider: ResolvedProvider): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_LINK",
    `No account can be linked at "${provider.id}": its strategy's response contains nothing that identifies the flow.`,
    { status: 400 },
  )
}

/** A failed link must not lead to the sign-in page, where the next attempt would create a second user. */
function fail(attempt: SignInAttempt, error: unknown, former: readonly Cookie[]): Response {
  if (attempt.link) return withCookies(toLinkFailure(attempt, error), former)
  return toFailedSignIn(attempt, error, former)
}
