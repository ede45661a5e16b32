import { createHash } from "node:crypto"

/**
 * The provider's session that one of ours was begun in: `<provider>:<sid>` (OpenID Connect Back-Channel Logout 1.0,
 * section 2.1), or `<provider>:` where the provider said no `sid`. No provider's id has a colon.
 */
export type ProviderSession = `${string}:${string}`

/** @param sid the claim of an id_token or logout token, if it has one */
export function toProviderSession(provider: string, sid?: unknown): ProviderSession {
  return `${provider}:${typeof sid === "string" && sid !== "" ? toPlainId(sid) : ""}`
}

/** @returns `undefined` for what is none, such as a claim of the app's own */
export function readProviderSession(value: unknown): { provider: string; sid?: string } | undefined {
  const [, provider, sid] = (typeof value === "string" && /^([\w.~-]+):(~?[\w-]*)$/.exec(value)) || []
  if (provider === undefined) return
  return { provider, ...(sid && !sid.startsWith("~") && { sid }) }
}

/** The keys of a revocation store that end the sessions begun in this one of the provider's. */
export function providerSessionKeys(session: ProviderSession | undefined): readonly string[] {
  return session === undefined || session.endsWith(":") ? [] : [`idp:${session}`]
}

/** What stands in a cookie, column or key has to be short and plain, as nearly every id is by itself. */
export function toPlainId(id: string): string {
  return /^[\w-]{1,64}$/.test(id) ? id : `~${createHash("sha256").update(id).digest("base64url")}`
}
