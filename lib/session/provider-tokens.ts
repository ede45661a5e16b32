import type { JWT } from "@auth/core/jwt"
import type { Account } from "@auth/core/types"

/** What it takes to ask a provider's API, and to go on asking. */
export interface ProviderTokens {
  readonly access_token: string
  readonly refresh_token?: string
  /** Seconds since 1970; where nobody says, it does not end. */
  readonly expires_at?: number
}

/** The tokens in a session that keeps them (`session.keepTokens`), and of which account. */
export interface KeptTokens extends ProviderTokens {
  readonly provider: string
  readonly providerAccountId: string
}

/** Reads them from a row, a claim or a store; `undefined` where there is no access token. */
export function readProviderTokens(source: unknown): ProviderTokens | undefined {
  if (typeof source !== "object" || source === null) return
  const { access_token, refresh_token, expires_at }: Record<string, unknown> = { ...source }
  if (typeof access_token !== "string" || access_token === "") return
  const ends = Number(expires_at)
  return {
    access_token,
    ...(typeof refresh_token === "string" && refresh_token !== "" && { refresh_token }),
    ...(ends > 0 && { expires_at: ends }),
  }
}

/** The tokens in a session's token. */
export function keptTokensOf({ provider_tokens }: JWT): KeptTokens | undefined {
  const tokens = readProviderTokens(provider_tokens)
  const { provider, providerAccountId }: Record<string, unknown> = Object(provider_tokens)
  if (!tokens || typeof provider !== "string" || typeof providerAccountId !== "string") return
  return { ...tokens, provider, providerAccountId }
}

/** A session's token that keeps these tokens, and no others. */
export function keepTokens(
  token: JWT,
  { provider, providerAccountId, ...tokens }: KeptTokens | Account,
): JWT {
  const kept = readProviderTokens(tokens)
  const { provider_tokens: _former, ...rest } = token
  return kept ? { ...rest, provider_tokens: { ...kept, provider, providerAccountId } } : rest
}

/** Whether an access token is good for that many seconds still. */
export function isGoodFor({ expires_at }: ProviderTokens, seconds: number): boolean {
  return expires_at === undefined || expires_at - Date.now() / 1000 > seconds
}
