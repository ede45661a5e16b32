import type { JWT } from "@auth/core/jwt"
import type { Account } from "@auth/core/types"

/** Tokens for a provider's API. */
export interface ProviderTokens {
  /** Sent as the bearer token. */
  readonly access_token: string
  /** Absent if the provider issued none. */
  readonly refresh_token?: string
  /** When the access token expires, in seconds since 1970. Without it, the token counts as not expiring. */
  readonly expires_at?: number
}

/** The tokens that a session keeps (`session.keepTokens`), with the account they belong to. */
export interface KeptTokens extends ProviderTokens {
  /** The provider's id. */
  readonly provider: string
  /** The account's id at the provider. */
  readonly providerAccountId: string
}

/**
 * Reads tokens from a row, a claim or a store.
 *
 * @returns `undefined` without an access token
 */
export function readProviderTokens(source: unknown): ProviderTokens | undefined {
  if (typeof source !== "object" || source === null) return
  const { access_token, refresh_token, expires_at }: Record<string, unknown> = { ...source }
  if (typeof access_token !== "string" || access_token === "") return
  const expiresAt = Number(expires_at)
  return {
    access_token,
    ...(typeof refresh_token === "string" && refresh_token !== "" && { refresh_token }),
    ...(expiresAt > 0 && { expires_at: expiresAt }),
  }
}

/**
 * Reads the tokens kept in a session token.
 *
 * @returns `undefined` if it holds none, or they name no account
 */
export function keptTokensOf({ provider_tokens }: JWT): KeptTokens | undefined {
  const tokens = readProviderTokens(provider_tokens)
  const { provider, providerAccountId }: Record<string, unknown> = Object(provider_tokens)
  if (!tokens || typeof provider !== "string" || typeof providerAccountId !== "string") return
  return { ...tokens, provider, providerAccountId }
}

/**
 * Returns a session token with these tokens in place of any it held; without an access token, only removes the old
 * ones.
 */
export function keepTokens(
  token: JWT,
  { provider, providerAccountId, ...tokens }: KeptTokens | Account,
): JWT {
  const current = readProviderTokens(tokens)
  const { provider_tokens: _previous, ...rest } = token
  return current ? { ...rest, provider_tokens: { ...current, provider, providerAccountId } } : rest
}

/** Whether an access token stays valid for more than `seconds`. */
export function isGoodFor({ expires_at }: ProviderTokens, seconds: number): boolean {
  return expires_at === undefined || expires_at - Date.now() / 1000 > seconds
}
