import { randomBytes } from "node:crypto"
import type { OAuthProvider } from "../config/resolve-providers.js"
import type { AuthContext } from "../http/auth-context.js"
import type { CoreResult } from "./call-core.js"

/**
 * Core's `state` is a sealed token of some 300 characters; WeChat takes 128, X 500, old Mattermost 128. Nothing in it is
 * of use but the way back from a redirect proxy, since the flow's cookie holds the rest: a random one does.
 */
export function shortenState(
  { config }: Pick<AuthContext, "config">,
  provider: OAuthProvider,
  result: CoreResult,
): CoreResult {
  if (result.redirect === undefined) return result
  if (provider.redirectProxyUrl ?? config.redirectProxyUrl) return result
  const url = new URL(result.redirect)
  if (!url.searchParams.has("state")) return result
  url.searchParams.set("state", randomBytes(32).toString("base64url"))
  return { ...result, redirect: url.href }
}
