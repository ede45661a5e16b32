import { requireAdapterMethods } from "../../config/check-adapter.js"
import { findProvider } from "../../config/find-provider.js"
import { isOAuthProvider, type ResolvedProvider } from "../../config/resolve-providers.js"
import { createAttempt } from "../../engine/sign-in-attempt.js"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import { requireCsrfToken, requireOwnPost } from "../../http/csrf.js"
import { type Body, readBody } from "../../http/read-body.js"
import { strategyOf } from "../../providers/strategy-provider.js"
import { toFailureResponse } from "../../replies/failure-response.js"
import { destinationOf } from "../destination.js"
import { requirePlainCredentials } from "../require-plain-credentials.js"
import { leaveForProvider } from "../sign-in.js"
import { requireRecentSession } from "./require-recent-session.js"

/** Options of `linkAccount()`. */
export interface LinkAccountOptions {
  /** Where to redirect afterwards. @default the app's page with the form, else "/" */
  redirectTo?: string
  /** `false` returns an `AuthResult` instead of responding; cookies are set on `res`. @default true */
  redirect?: boolean
  /** Seconds since the sign-in within which accounts may be linked. @default 600 */
  maxAge?: number
  /**
   * Types of provider whose sign-ins count although nothing proves that the user was prompted; `[]` is none.
   *
   * @default both, for a user who has neither a passkey nor a mailed link
   */
  trust?: readonly ("oauth" | "oidc")[]
  /**
   * Added to the authorization request, e.g. `{ prompt: "select_account" }`; never client_id, redirect_uri, state, …
   */
  authorizationParams?: Record<string, string>
}

/** Starts to link an account from one of the app's own POST handlers. */
export async function linkAccountFromApp(
  context: AuthContext,
  provider: string,
  { redirectTo, ...options }: LinkAccountOptions = {},
): Promise<Response> {
  await requireOwnPost(context)
  const asked = redirectTo === undefined ? {} : { callbackUrl: redirectTo }
  const destination = await destinationOf(context, asked)
  const found = findProvider(context.config, provider)
  const body = strategyOf(found)?.fields ? await readBody(context.req, context.config.bodyLimit) : {}
  return startLink(context, found, { ...options, body, destination })
}

/**
 * `POST /auth/link/:provider`: starts to link an account. Without a database, it exists only for providers that use the
 * app's own users.
 */
export async function postLink(
  context: AuthContext,
  provider: ResolvedProvider,
): Promise<Response | undefined> {
  if (!context.config.adapter && !strategyOf(provider)?.ownUsers) return
  const body = await readBody(context.req, context.config.bodyLimit)
  requireCsrfToken(context, body.csrfToken)
  return startLink(context, provider, { body, destination: await destinationOf(context, body) })
}

/**
 * Requires an adapter that can link accounts, except for a provider that uses the app's own users: its verify function
 * links the account.
 *
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export function requireLinkingAdapter(
  { adapter }: AuthContext["config"],
  provider: ResolvedProvider | undefined,
): void {
  if (!adapter && strategyOf(provider)?.ownUsers) return
  requireAdapterMethods(adapter, "Linking accounts", ["getUser", "getUserByAccount", "linkAccount"])
}

type Link = Omit<LinkAccountOptions, "redirectTo"> & { body: Body; destination: string }

/** Redirects to the provider, or to the sign-in page with the same destination. */
async function startLink(
  context: AuthContext,
  provider: ResolvedProvider,
  { body, destination, authorizationParams: params = {}, ...recency }: Link,
): Promise<Response> {
  try {
    const { userId, id: session } = await requireRecentSession(context, recency)
    requireLinkingAdapter(context.config, provider)
    requireLinkable(provider)
    const link = { userId, session }
    const attempt = createAttempt({ context, provider, body, params, destination, link })
    requirePlainCredentials(attempt)
    return await leaveForProvider(attempt)
  } catch (error) {
    if (error instanceof ExpressAuthError && error.code === "ERR_AUTH_SESSION") throw error
    return toFailureResponse(context, error, { destination })
  }
}

/** Refuses providers without `state`, PKCE or `nonce`: an attacker could link the attacker's account to the visitor. */
function requireLinkable(provider: ResolvedProvider): void {
  if (isOAuthProvider(provider) && !provider.checks?.includes("none")) return
  const reason = isOAuthProvider(provider)
    ? 'it runs with checks: ["none"]'
    : `it is of the type "${provider.type}", not "oauth" or "oidc"`
  const message = `No account can be linked at "${provider.id}": ${reason}.`
  throw new ExpressAuthError("ERR_AUTH_LINK", message, { status: 400 })
}
