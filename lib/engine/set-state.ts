import { randomBytes } from "node:crypto"
import { isOAuthProvider, type ResolvedProvider } from "../config/resolve-providers.js"
import type { SignInAttempt } from "./sign-in-attempt.js"

/**
 * Whether an authorization request gets a `state` of ours. Core's is a sealed token of some 300 characters, while
 * WeChat accepts 128, X 500 and old Mattermost 128. Only a redirect proxy reads core's; everything else is in the
 * flow's cookie.
 */
export function hasOwnState({ context, provider }: Pick<SignInAttempt, "context" | "provider">): boolean {
  return !(redirectProxyOf(provider) ?? context.config.redirectProxyUrl)
}

function redirectProxyOf(provider: ResolvedProvider): string | undefined {
  return isOAuthProvider(provider) ? provider.redirectProxyUrl : undefined
}

/**
 * Sets the `state` of an authorization request, if the provider checks it and core has not set one for a redirect
 * proxy.
 *
 * @param redirect the authorization request
 */
export function setState(attempt: SignInAttempt, redirect: string): string {
  const { provider } = attempt
  if (!hasOwnState(attempt)) return redirect
  const url = new URL(redirect)
  const isChecked = isOAuthProvider(provider) && provider.checks?.includes("state")
  if (!isChecked && !url.searchParams.has("state")) return redirect
  url.searchParams.set("state", randomBytes(32).toString("base64url"))
  return url.href
}
