import { randomBytes } from "node:crypto"
import { isOAuthProvider } from "../config/resolve-providers.js"
import type { SignInAttempt } from "./sign-in-attempt.js"

/**
 * Replaces core's `state`, a sealed token of some 300 characters, by a random value: WeChat accepts 128 characters, X 500,
 * old Mattermost 128. Only a redirect proxy reads core's value; everything else is in the flow's cookie.
 *
 * @param redirect the authorization request
 */
export function shortenState(
  { context, provider }: SignInAttempt,
  redirect: string | undefined,
): string | undefined {
  const proxy = isOAuthProvider(provider) ? provider.redirectProxyUrl : undefined
  if (redirect === undefined || (proxy ?? context.config.redirectProxyUrl)) return redirect
  const url = new URL(redirect)
  if (!url.searchParams.has("state")) return redirect
  url.searchParams.set("state", randomBytes(32).toString("base64url"))
  return url.href
}
