import type { Account } from "@auth/core/types"
import { providerById } from "../config/find-provider.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { isOAuthProvider, type OAuthProvider } from "../config/resolve-providers.js"
import { withQuery } from "../http/auth-context.js"
import { type ProviderSession, readProviderSession, toProviderSession } from "../session/provider-session.js"
import { claimsOfIdToken } from "../session/provider-session-of.js"
import type { SessionReading } from "../session/session-reading.js"
import type { AdapterExtras } from "../stores/adapter-extras.js"
import { logoutMetadataOf } from "./logout-metadata.js"

/** An OpenID provider at which a session of ours was begun, and what it knows its own session by. */
export interface ProviderLogin {
  readonly provider: OAuthProvider
  readonly sid?: string
  readonly idToken?: string
}

/**
 * At which provider a session was begun. The id_token is the one kept in the session's token or in the account's row, and
 * only where it belongs to this very session: a row may hold that of a later one.
 *
 * @returns `undefined` for a session that was begun without an OpenID provider
 */
export async function providerLoginOf(
  { token, row, signIn }: Pick<SessionReading, "token" | "row" | "signIn">,
  config: ResolvedConfig,
): Promise<ProviderLogin | undefined> {
  const session = row ? signIn?.()?.providerSession : token?.idp_session
  const known = readProviderSession(session)
  const provider = providerById(config.providers, known?.provider)
  if (!known || !provider || !isOAuthProvider(provider)) return
  const belongs = (idToken: unknown): idToken is string =>
    isIdTokenOf(provider, session as ProviderSession, idToken)
  const kept = token?.id_token
  const idToken = belongs(kept)
    ? kept
    : (await idTokensOf(row?.userId ?? token?.sub, known.provider, config)).find(belongs)
  return { provider, ...(known.sid && { sid: known.sid }), ...(idToken && { idToken }) }
}

/**
 * The address that ends the provider's session.
 *
 * @returns `undefined` for a provider without an `end_session_endpoint`
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER_UNAVAILABLE` (503)
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

/** What an adapter without `listAccounts()` has, nobody can find by the user. */
async function idTokensOf(
  userId: string | undefined,
  provider: string,
  { adapter }: ResolvedConfig,
): Promise<Account["id_token"][]> {
  const extras = adapter as Partial<AdapterExtras> | undefined
  const accounts = userId === undefined ? [] : ((await extras?.listAccounts?.(userId)) ?? [])
  return accounts.filter((account) => account.provider === provider).map(({ id_token }) => id_token)
}
