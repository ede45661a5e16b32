import { randomBytes } from "node:crypto"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { type Flow, flowMaxAge, keepFlow, resumeFlow, toCoreCookies } from "../engine/flow-cookies.js"
import type { LinkIntent } from "../engine/link-intent.js"
import { ExpressAuthError, RateLimitError } from "../errors.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import type { Body } from "../http/read-body.js"
import { toTextResponse } from "../http/text-response.js"
import { useOnce } from "../limits/single-use.js"
import { repeats } from "../providers/repeats.js"
import { bindPage, bindRequest, keyOf, restoreAnswer } from "../providers/request-key.js"
import {
  type StrategyOutcome,
  StrategyRefusal,
  type StrategyStep,
  type StrategyUser,
  strategyOf,
} from "../providers/strategy-provider.js"
import { toFailureResponse } from "../replies/failure-response.js"
import { toLimitedResponse } from "../replies/limited-response.js"
import { toRedirect, withCookies } from "../replies/responses.js"
import { keepTypedValues } from "../replies/typed-values.js"
import { finishLink, requireLinkingSession, requireOwnUser, toLinkFailure } from "./accounts/finish-link.js"
import { dropDestination, queryOf } from "./destination.js"
import { finishUnasked } from "./finish-oauth.js"
import { finishSignIn } from "./finish-sign-in.js"
import { limitTries } from "./limit-tries.js"
import { openPosted, sendPostedOn } from "./posted-callback.js"

type Params = Readonly<Record<string, string>>

/** A sign-in that leaves for a provider. */
export interface Departure {
  body: Body
  /** What the app adds to the authorization request. */
  params: Record<string, string>
  /** What the visitor adds to it. */
  hints?: Record<string, string>
  destination: string
  link?: LinkIntent
  remembered?: boolean
}

/** One sign-in at an external provider, from step to step. */
interface Attempt extends Pick<Departure, "destination" | "link" | "remembered"> {
  /** What the person typed, or the provider sent back. */
  readonly body: Body
  /** What comes back with the visitor, where the provider has nothing of its own that does. */
  readonly key: string
  readonly session: Record<string, unknown>
  /** Removes the cookie of the step before. */
  readonly former: readonly Cookie[]
}

type Asked = Pick<StrategyStep, "method" | "query" | "params" | "hints">

/** Starts at an external provider: with what the person typed, or by sending them there. */
export async function startStrategy(
  context: AuthContext,
  provider: ResolvedProvider,
  { body, params, hints = {}, ...going }: Departure,
): Promise<Response> {
  const key = randomKey()
  const attempt = { body, key, session: {}, former: [], ...going }
  // What a visitor put into the address is not the provider's answer. SAML hands `RelayState` on.
  return strategyOf(provider)?.fields
    ? advance(context, provider, { attempt, asked: { method: "POST", query: {}, params, hints } })
    : advance(context, provider, {
        attempt: { ...attempt, body: {} },
        asked: { method: "GET", query: { RelayState: key }, params, hints },
      })
}

/**
 * `GET /auth/callback/:provider`: the visitor comes back from an external provider. However it ends, the flow is over. An
 * answer with a repeated parameter belongs to no flow: two readers of it could take different values (RFC 6749, section 3.1).
 */
export async function finishStrategy(
  context: AuthContext,
  provider: ResolvedProvider,
  params: Params,
): Promise<Response> {
  const names = [...queryOf(context).keys()]
  if (new Set(names).size < names.length) return finishUnasked(context)
  const posted = openPosted(context, provider, params.posted)
  return posted ? resume(context, provider, { body: posted }) : resume(context, provider, { query: params })
}

/**
 * `POST /auth/callback/:provider`: an external provider had the browser post its answer (SAML). That comes from another
 * site, without our cookies: it is sealed and sent once more, from our own site.
 */
export async function finishPostedStrategy(
  context: AuthContext,
  provider: ResolvedProvider,
  body: Body,
): Promise<Response> {
  if (Object.values(body).some(Array.isArray)) return finishUnasked(context)
  const posted = openPosted(context, provider, body.posted)
  return posted ? resume(context, provider, { body: posted }) : sendPostedOn(context, provider, body)
}

async function resume(
  context: AuthContext,
  provider: ResolvedProvider,
  { query = {}, body }: { query?: Params; body?: Params },
): Promise<Response> {
  const answer = body ?? query
  const resumed = findFlow(context, provider.id, keyOf(answer))
  if (!resumed?.flow.external) return finishUnasked(context)
  const { flow, clear } = resumed
  if (!(await useOnce(context.config, JSON.stringify(flow), flowMaxAge))) return finishUnasked(context)
  const { session, replaced } = resumed.flow.external
  const { destination, link, remembered = true } = flow
  const theirs = restoreAnswer(answer, replaced)
  const attempt: Attempt = {
    ...{ destination, remembered, body: theirs },
    ...{ key: randomKey(), session: { ...session }, former: [clear] },
    ...(link && { link }),
  }
  if (isCancelled(answer)) return fail(context, provider, attempt, new StrategyRefusal("Cancelled"))
  const asked = { method: body ? "POST" : "GET", query: body ? {} : theirs, params: {}, hints: {} } as const
  return advance(context, provider, { attempt, asked })
}

function findFlow(context: AuthContext, id: string, key: string | undefined) {
  const keyed = key === undefined ? undefined : resumeFlow(context, id, key)
  return keyed ?? resumeFlow(context, id, undefined)
}

/** RFC 6749, section 4.1.2.1; OAuth 1.0 has no word for it but Twitter's. */
function isCancelled({ error, denied }: Params): boolean {
  return error === "access_denied" || denied !== undefined
}

function randomKey(): string {
  return randomBytes(24).toString("base64url")
}

/** Lets the provider go one step further, and the visitor with it. */
async function advance(
  context: AuthContext,
  provider: ResolvedProvider,
  { attempt, asked }: { attempt: Attempt; asked: Asked },
): Promise<Response> {
  const { body, session } = attempt
  const callbackUrl = toActionUrl(context, `callback/${provider.id}`)
  try {
    const linking = await toLinking(context, attempt)
    const step = { ...asked, req: context.req, callbackUrl, body, session, ...linking }
    const outcome = await limitTries(context, { provider, body }, async () => {
      const said = await strategyOf(provider)?.advance(step)
      if (!said || said.type === "refusal") throw toRefusal(provider, attempt, said?.message)
      return said
    })
    if (outcome.type === "success") return await complete(context, provider, attempt, outcome)
    return leave(context, provider, attempt, outcome)
  } catch (error) {
    return fail(context, provider, attempt, error)
  }
}

/** The verify function of a strategy may link by itself: before it is asked, the session has to be the one that wanted that. */
async function toLinking(context: AuthContext, { link }: Attempt): Promise<Pick<StrategyStep, "linking">> {
  if (!link) return {}
  const { session } = await requireLinkingSession(context, link)
  return { linking: { session, config: context.config } }
}

/** What the provider says may be shown, unless it repeats what came in the service's answer: strangers write there. */
function toRefusal(provider: ResolvedProvider, { body }: Attempt, message: string | undefined) {
  const typed = strategyOf(provider)?.fields !== undefined
  const isEcho =
    message !== undefined &&
    Object.values(body).some((value) => (typed ? value === message : repeats(message, value)))
  return new StrategyRefusal(typed ? "CredentialsSignin" : "AccessDenied", isEcho ? undefined : message)
}

/** Core makes of it what it makes of any provider's user. */
async function complete(
  context: AuthContext,
  provider: ResolvedProvider,
  { destination, body, link, former, remembered }: Attempt,
  external: StrategyUser,
): Promise<Response> {
  if (link && strategyOf(provider)?.ownUsers) requireOwnUser(external.user.id, link)
  if (link && !context.config.adapter)
    return toRedirect(context, destination, [...former, ...dropDestination(context)])
  const state = randomKey()
  const signIn = {
    ...({ method: "GET", destination, body, external, remembered } as const),
    query: { state, code: "external" },
    cookies: toCoreCookies(context, { provider: provider.id }, state),
  }
  const finished = link
    ? finishLink(context, provider, { ...signIn, link })
    : finishSignIn(context, provider, signIn)
  return withCookies(await finished, former)
}

/** Keeps the flow until the visitor comes back. A page of the provider's own has its own policy, or none. */
function leave(
  context: AuthContext,
  provider: ResolvedProvider,
  { destination, link, key, session, former, remembered }: Attempt,
  outcome: Extract<StrategyOutcome, { type: "redirect" | "page" }>,
): Response {
  const bound =
    outcome.type === "redirect"
      ? bindRequest(toRequest(context, outcome.url), key)
      : bindPage(outcome.html, key)
  if (link && bound.key === undefined) throw unlinkable(provider)
  const flow: Flow = {
    ...{ provider: provider.id, destination },
    external: { session, ...(bound.replaced && { replaced: bound.replaced }) },
    ...(link && { link }),
    ...(remembered === false && { remembered }),
  }
  const cookies = [...former, ...keepFlow(context, flow, bound.key), ...dropDestination(context)]
  if (outcome.type === "redirect") return toRedirect(context, bound.url, cookies)
  const headers = { "content-type": "text/html; charset=utf-8", "cache-control": "private, no-store" }
  return withCookies(toTextResponse(outcome.html, { headers }), cookies)
}

function toRequest({ origin }: AuthContext, address: string): URL {
  const url = new URL(address, origin)
  if (url.protocol === "https:" || url.protocol === "http:") return url
  throw new TypeError(`A strategy sent the visitor to "${url.protocol}", where no provider can be.`)
}

/** A stranger could have the visitor come back with the stranger's answer, and would have a way into their account. */
function unlinkable(provider: ResolvedProvider): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_LINK",
    `No account can be linked at "${provider.id}": its strategy has nothing come back by which this sign-in could be known.`,
    { status: 400 },
  )
}

/** Whoever is signed in, and adds an account, must not be led to the sign-in page: there they would become another user. */
function fail(
  context: AuthContext,
  provider: ResolvedProvider,
  { body, destination, link, former, remembered }: Attempt,
  error: unknown,
): Response {
  if (link) return withCookies(toLinkFailure(context, error, destination), former)
  if (error instanceof RateLimitError)
    return toLimitedResponse(context, error, { provider, body, destination, remembered })
  const typed = keepTypedValues(context, provider, { body, error, remembered })
  return toFailureResponse(context, error, { destination, cookies: [...former, ...typed] })
}
