import type { AdapterAccount } from "@auth/core/adapters"
import type { TokenSet } from "@auth/core/types"
import type { OAuthProvider } from "../config/resolve-providers.js"

/** The part of a provider's token response that is stored with the account. */
export type AccountFields = Partial<AdapterAccount>

const fields = [
  "access_token",
  "id_token",
  "refresh_token",
  "expires_at",
  "scope",
  "token_type",
  "session_state",
] as const

/** Picks what core stores when it links an account: the provider's `account()` callback, else the usual fields. */
export function toAccountFields({ account }: OAuthProvider, tokens: TokenSet): AccountFields {
  if (account) return account(tokens) ?? {}
  return Object.fromEntries(
    fields.filter((name) => tokens[name] !== undefined).map((name) => [name, tokens[name]]),
  )
}
