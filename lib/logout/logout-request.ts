import type { Account } from "@auth/core/types"
import { providerById } from "../config/find-provider.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { isOAuthProvider, type OAuthProvider } from "../config/resolve-providers.js"
import { withQuery } from "../http/auth-context.js"
import { claimsOfIdToken } from "../session/id-token-claims.js"
import { type ProviderSession, readProviderSession, toProviderSession } from "../session/provider-session.js"
import type { SessionReading } from "../session/session-reading.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { logoutMetadataOf } from "./logout-metadata.js"

/** The OpenID provider where a session was started, and how the provider identifies its own session. */
export interface ProviderLogin {
  /** The provider. */
  readonly provider: OAuthProvider
  /** The `sid` of the session at the provider, if it sent one. */
  readonly sid?: string | undefined
  /** The id_token of this session, if it was kept. */
  readonly idToken?: string | undefined
}

/**
 * Finds the provider where a session was started. The id_token comes from the session's token or the account's row, and
 * is used only if it belongs to this session: a row may hold that of a later one.
 *
 * @returns `undefined` for a session that was not started at an OpenID provider
 * @throws whatever the adapter throws
 */
export async function providerLoginOf(
  { token, row, signIn }: Pick<SessionReading, "token" | "row" | "signIn">,
  config: ResolvedConfig,
): Promise<ProviderLogin | undefined> {
  const session = row ? signIn?.()?.providerSession : token?.idp_session
  const parsed = readProviderSession(session)
  const provider = providerById(config.providers, parsed?.provider)
  if (!parsed || !provider || !isOAuthProvider(provider)) return
  const belongs = (idToken: unknown): idToken is string =>
    isIdTokenOf(provider, session as ProviderSession, idToken)
  const kept = token?.id_token
  const idToken = belongs(kept)
    ? kept
    : (await idTokensOf(row?.userId ?? token?.sub, parsed.provider, config)).find(belongs)
  return { provider, sid: parsed.sid, idToken }
}

/**
 * Returns the URL that ends the session at the provider.
 *
 * @param returnTo the absolute URL to which the provider redirects afterwards
 * @param state returned by the provider with that redirect
 * @returns `undefined` if the provider has no `end_session_endpoint`
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER_UNAVAILABLE` (503) if the provider does not respond
 * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
 */
export async function toLogoutUrl(
  { provider, sid, idToken }: ProviderLogin,
  { returnTo, state }: { returnTo: string; state: string },
): Promise<string | undefined> {
  const { endSessionEndpoint } = await logoutMetadataOf(provider)
  if (endSessionEndpoint === undefined) return
  return withQuery(endSessionEndpoint, {
    client_id: String(provider.clientId),
    post_logout_redirect_uri: returnTo,
    state,
    id_token_hint: idToken,
    logout_hint: idToken === undefined ? sid : undefined,
  })
}

function isIdTokenOf(provider: OAuthProvider, session: ProviderSession, idToken: unknown): boolean {
  const claims = claimsOfIdToken(idToken)
  return (
    claims !== undefined &&
    [claims.aud].flat().includes(String(provider.clientId)) &&
    toProviderSession(provider.id, claims.sid) === session
  )
}

/** Adapters without `listAccounts()` cannot find accounts by user. */
async function idTokensOf(
  userId: string | undefined,
  provider: string,
  { adapter }: ResolvedConfig,
): Promise<Account["id_token"][]> {
  const extras = adapter as Partial<AdapterExtras> | undefined
  const accounts = userId === undefined ? [] : ((await extras?.listAccounts?.(userId)) ?? [])
  return accounts.filter((account) => account.provider === provider).map(({ id_token }) => id_token)
}
