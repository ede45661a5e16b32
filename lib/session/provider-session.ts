import { createHash } from "node:crypto"
import type { Account } from "@auth/core/types"
import { claimsOfIdToken } from "./id-token-claims.js"

/**
 * The session at the provider in which one of ours was started: `<provider>:<sid>` (OpenID Connect Back-Channel Logout
 * 1.0, section 2.1), or `<provider>:` if the provider sent no `sid`. Provider ids never contain a colon.
 */
export type ProviderSession = `${string}:${string}`

/**
 * Builds a {@link ProviderSession}.
 *
 * @param sid the `sid` claim of an id_token or logout token; anything but a non-empty string counts as absent
 */
export function toProviderSession(provider: string, sid?: unknown): ProviderSession {
  return `${provider}:${typeof sid === "string" && sid !== "" ? toPlainId(sid) : ""}`
}

/**
 * Returns the OpenID provider's session that a sign-in belongs to, from the `sid` of the id_token.
 *
 * @returns `undefined` for accounts of other types
 */
export function providerSessionOf(account: Account | null | undefined): ProviderSession | undefined {
  if (account?.type !== "oidc") return
  return toProviderSession(account.provider, claimsOfIdToken(account.id_token)?.sid)
}

/**
 * Parses a {@link ProviderSession}. `sid` is absent if only its hash was kept.
 *
 * @returns `undefined` for any other value, e.g. an app's own claim of that name
 */
export function readProviderSession(value: unknown): { provider: string; sid?: string } | undefined {
  const [, provider, sid] = (typeof value === "string" && /^([\w.~-]+):(~?[\w-]*)$/.exec(value)) || []
  if (provider === undefined) return
  return { provider, ...(sid && !sid.startsWith("~") && { sid }) }
}

/** Returns the revocation keys of the sessions started in a provider's session; none without a `sid`. */
export function providerSessionKeys(session: ProviderSession | undefined): readonly string[] {
  return session === undefined || session.endsWith(":") ? [] : [`idp:${session}`]
}

/**
 * Returns ids of up to 64 word characters and hyphens unchanged, and `~` plus a SHA-256 hash of any other, so that
 * every id fits a cookie, a column and a key.
 */
export function toPlainId(id: string): string {
  return /^[\w-]{1,64}$/.test(id) ? id : `~${createHash("sha256").update(id).digest("base64url")}`
}

/** Seconds allowed between the sign-in at the provider and ours, for consent screens and redirects. */
const maxDelay = 120
/** Seconds the provider's clock may be ahead of ours. */
const clockSkew = 60

/**
 * Whether the id_token's `auth_time` shows that the user authenticated at the OpenID provider within the last two
 * minutes, rather than reusing an older session there. Core has already validated the id_token.
 */
export function isProvenBy(account: Account | null | undefined): boolean {
  if (account?.type !== "oidc") return false
  const signedInAt = claimsOfIdToken(account.id_token)?.auth_time
  if (typeof signedInAt !== "number") return false
  const age = Date.now() / 1000 - signedInAt
  return age <= maxDelay && age >= -clockSkew
}
