import {
  isOAuthProvider,
  providerId,
  providerSetting,
  type ResolvedProvider,
} from "../config/resolve-providers.js"
import { type CoreResult, callCore } from "../core/call-core.js"
import { isOnRedirectProxy } from "../core/core-config.js"
import { resumeFlow } from "../core/flow-cookies.js"
import { ExpressAuthError } from "../errors.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import type { Cookie } from "../http/cookies.js"
import { requireCsrfToken } from "../http/csrf.js"
import { type Body, readBody } from "../http/read-body.js"
import { resolveDestination } from "../http/safe-redirect.js"
import { endSession } from "../session/end-session.js"
import { readSession } from "../session/get-session.js"
import { clearSessionCookie } from "../session/session-cookie.js"
import { destinationOf, forgetDestination, queryOf } from "./destination.js"
import { toRedirect, withCookies } from "./reply.js"
import { toFailureResponse } from "./to-failure-response.js"

/** `GET /auth/callback/:provider`: the visitor comes back from a provider, or follows a mailed link. */
export async function getCallback(context: AuthContext, provider: ResolvedProvider): Promise<Response> {
  const query = Object.fromEntries(queryOf(context))
  if (isOAuthProvider(provider)) return finishOAuth(context, provider, query)
  if (provider.type !== "email") return toRedirect(context, toActionUrl(context, "signin"))
  const destination = await resolveDestination(query.callbackUrl, context.origin, context.config)
  return finishSignIn(context, provider, { query, destination, method: "GET" })
}

/**
 * `POST /auth/callback/:provider`: credentials, a passkey's answer, or a provider that posts its response
 * (`response_mode=form_post`). The last comes from another site, without our cookies: it is sent on to GET, which
 * brings them.
 */
export async function postCallback(context: AuthContext, provider: ResolvedProvider): Promise<Response> {
  const body = await readBody(context.req, context.config.bodyLimit)
  if (isOAuthProvider(provider)) return toGetCallback(context, provider, body)
  requireCsrfToken(context, body.csrfToken)
  return finishSignIn(context, provider, { body, destination: await destinationOf(context, body) })
}

interface SignIn {
  destination: string
  method?: "GET" | "POST"
  query?: Record<string, string>
  body?: Body
  cookies?: Record<string, string>
}

/** Finishes a sign-in, or says on a page what went wrong; the next try from there has the same destination. */
export async function finishSignIn(
  context: AuthContext,
  provider: ResolvedProvider,
  signIn: SignIn,
): Promise<Response> {
  try {
    return await completeSignIn(context, provider, signIn)
  } catch (error) {
    return toFailureResponse(context, error, { destination: signIn.destination })
  }
}

/**
 * Lets core finish a sign-in. Core never sees the session the browser has: a sign-in is always a fresh one, with a new
 * identifier, and the old session ends.
 */
async function completeSignIn(
  context: AuthContext,
  provider: ResolvedProvider,
  { method = "POST", ...call }: SignIn,
): Promise<Response> {
  const result = await callCore(context, {
    action: "callback",
    provider: providerId(provider),
    method,
    ...call,
  })
  await endFormerSession(context, result)
  return toRedirect(context, result.redirect ?? call.destination, [
    ...toSessionCookies(context, result),
    ...forgetDestination(context),
  ])
}

async function finishOAuth(
  context: AuthContext,
  provider: ResolvedProvider,
  query: Record<string, string>,
): Promise<Response> {
  const resumed = resumeFlow(context, providerId(provider), query.state)
  if (!resumed) return finishWithoutFlow(context, provider, query)
  const { flow, coreCookies, clear } = resumed
  const method = postsResponse(provider) ? "POST" : "GET"
  const params = method === "POST" ? { body: query } : { query }
  const signIn = { method, ...params, cookies: coreCookies, destination: flow.destination } as const
  return withCookies(await finishSignIn(context, provider, signIn), [clear])
}

/**
 * A callback this browser has not asked for: reloaded, too late, or somebody else's. On a redirect proxy it belongs
 * to another deployment; a visitor who is signed in already is let go on; everyone else is told to start again.
 */
async function finishWithoutFlow(
  context: AuthContext,
  provider: ResolvedProvider,
  query: Record<string, string>,
): Promise<Response> {
  const destination = `${context.origin}/`
  if (query.state && isOnRedirectProxy(context, provider)) {
    const call = {
      action: "callback",
      provider: providerId(provider),
      method: "GET",
      query,
      destination,
    } as const
    return toRedirect(context, (await callCore(context, call)).redirect ?? destination)
  }
  const { session } = await readSession(context.req, context.config)
  if (session) return toRedirect(context, destination)
  throw new ExpressAuthError(
    "ERR_AUTH_FLOW",
    "This sign-in was not started in this browser, or too long ago.",
    {
      status: 400,
    },
  )
}

function toGetCallback(context: AuthContext, provider: ResolvedProvider, body: Body): Response {
  const params = Object.entries(body).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  )
  const location = toActionUrl(context, `callback/${providerId(provider)}`, Object.fromEntries(params))
  return new Response(null, { status: 303, headers: { location, "cache-control": "private, no-store" } })
}

/** Whether the provider was asked to post its response, so that core will look for it in the body. */
function postsResponse(provider: ResolvedProvider): boolean {
  const authorization = providerSetting(provider, "authorization")
  const text = JSON.stringify(authorization ?? "")
  return /response_mode(?:=|":")form_post/.test(text)
}

/** Of the cookies core sets, those of the session and of a passkey's challenge; and the removal of stale chunks. */
function toSessionCookies({ req, cookies }: AuthContext, { cookies: set }: CoreResult): Cookie[] {
  const { sessionToken, webauthnChallenge } = cookies
  const ours = set.filter(({ name }) => name.startsWith(sessionToken.name) || name === webauthnChallenge.name)
  const written = new Set(ours.map(({ name }) => name))
  return [...clearSessionCookie(req, sessionToken).filter(({ name }) => !written.has(name)), ...ours]
}

/** The session this browser had before must not survive: somebody may have planted it. */
async function endFormerSession(context: AuthContext, { cookies }: CoreResult): Promise<void> {
  const { name: sessionCookie } = context.cookies.sessionToken
  const signedIn = cookies.some(({ name, value }) => name.startsWith(sessionCookie) && value !== "")
  if (signedIn) await endSession(context)
}
