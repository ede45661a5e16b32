import { createHash, randomBytes } from "node:crypto"
import { InvalidCheck } from "@auth/core/errors"
import type { OAuthProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import type { ServerMetadata } from "../providers/discovery.js"
import type { CoreAction, SignInAttempt } from "./sign-in-attempt.js"

// Made here rather than by core, which seals each value in a cookie of its own. Sealing and opening those takes longer
// than the rest of a sign-in, and the flow's cookie holds the values anyway.

/** An authorization request, and the values that its response is checked with. */
export interface AuthorizationRequest {
  readonly url: string
  /** The PKCE code verifier (RFC 7636), if the provider checks it. */
  readonly verifier: string | undefined
  /** The nonce that the id_token must contain, if there is one. */
  readonly nonce: string | undefined
}

/** What core returned for a sign-in at a provider. */
interface Leaving {
  /** Core's authorization request, which has a `state` already if a redirect proxy reads it. */
  readonly redirect: string
  /** What the provider said of itself; `undefined` if core did not ask for it. */
  readonly metadata: ServerMetadata | undefined
}

/**
 * Adds `state`, `nonce` and PKCE's `code_challenge` to core's authorization request, as the provider's `checks` ask for.
 * A provider of OpenID Connect that does not advertise PKCE gets a nonce as well.
 */
export function addChecks(
  context: AuthContext,
  provider: OAuthProvider,
  { redirect, metadata }: Leaving,
): AuthorizationRequest {
  const { checks = [] } = provider
  const url = new URL(redirect)
  const { searchParams: params } = url
  const isStateOurs = hasOwnState(context, provider) && (checks.includes("state") || params.has("state"))
  const verifier = checks.includes("pkce") ? randomValue() : undefined
  const nonce = needsNonce(provider, metadata) ? randomValue() : undefined
  if (isStateOurs) params.set("state", randomValue())
  if (nonce !== undefined) params.set("nonce", nonce)
  if (verifier !== undefined) {
    params.set("code_challenge", createHash("sha256").update(verifier).digest("base64url"))
    params.set("code_challenge_method", "S256")
  }
  return { url: url.href, verifier, nonce }
}

/**
 * Whether an authorization request gets a nonce. A provider that ignores PKCE redeems a stolen code for any verifier;
 * the nonce ties the code to the flow. The challenge is sent regardless, because some, such as Microsoft Entra ID, check
 * it without advertising it. Core means to send a nonce in its place, but never does.
 */
function needsNonce(provider: OAuthProvider, metadata: ServerMetadata | undefined): boolean {
  const { type, checks = [] } = provider
  if (checks.includes("nonce")) return true
  if (type !== "oidc" || !checks.includes("pkce") || !metadata) return false
  const { code_challenge_methods_supported: methods } = metadata
  return !Array.isArray(methods) || !methods.includes("S256")
}

/** The part of a provider that says what core checks. */
interface CoreChecks {
  /** A new array, because core may add to it. */
  readonly checks: string[]
  /** The PKCE code verifier, which `sendVerifier` adds to the token request. */
  readonly verifier?: string
}

/**
 * Returns what core is to check. It creates no values but the `state` of a redirect proxy. On a callback whose flow was
 * found by its `state`, that state and the `nonce` are left: the verifier is ours to send. Without a flow, core makes
 * all checks and refuses the callback.
 *
 * @throws {InvalidCheck} if the flow has no verifier although the provider checks it
 */
export function toCoreChecks(
  provider: OAuthProvider,
  { context, flow }: SignInAttempt,
  action: CoreAction,
): CoreChecks {
  const { checks = [] } = provider
  const isStateCores = !hasOwnState(context, provider)
  const ofCore: string[] = checks.filter((check) => check === "state" && isStateCores)
  if (action === "signin") return { checks: ofCore }
  if (!flow) return { checks: [...checks] }
  if (checks.includes("nonce") || flow.nonce !== undefined) ofCore.push("nonce")
  if (!checks.includes("pkce")) return { checks: ofCore }
  return { checks: ofCore, verifier: requireVerifier(flow.verifier) }
}

/** 32 random bytes, as RFC 7636, section 4.1, recommends for a verifier. */
function randomValue(): string {
  return randomBytes(32).toString("base64url")
}

/**
 * Whether an authorization request gets a `state` of ours. Core's is a sealed token of some 300 characters, while
 * WeChat accepts 128, X 500 and old Mattermost 128. Only a redirect proxy reads core's; everything else is in the
 * flow's cookie.
 */
export function hasOwnState({ config }: AuthContext, provider: OAuthProvider): boolean {
  return !(provider.redirectProxyUrl ?? config.redirectProxyUrl)
}

function requireVerifier(verifier: unknown): string {
  if (typeof verifier === "string" && /^[\w.~-]{43,128}$/.test(verifier)) return verifier
  throw new InvalidCheck(
    "The flow has no PKCE code verifier of 43 to 128 characters, so the callback is refused.",
  )
}
