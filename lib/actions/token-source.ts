import type { AdapterAccount } from "@auth/core/adapters"
import type { TokenSet } from "@auth/core/types"
import { type AdapterExtras, requireAdapterMethods } from "../config/adapter-extras.js"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { providerId } from "../config/resolve-providers.js"
import { toAccountFields } from "../core/account-fields.js"
import type { AuthContext } from "../http/auth-context.js"
import { changeToken } from "../session/get-session.js"
import { identifySession } from "../session/identify-session.js"
import {
  keepTokens,
  keptTokensOf,
  type ProviderTokens,
  readProviderTokens,
} from "../session/provider-tokens.js"
import type { SessionReading } from "../session/session-reading.js"

/** Where a person's tokens for one provider are kept. */
export interface TokenSource {
  /** As they are now. */
  read(): Promise<ProviderTokens | undefined>
  /** Stores a refreshed pair, for everybody. */
  store?(tokens: TokenSet): Promise<void>
  /** Stores it for this browser. */
  adopt?(tokens: ProviderTokens): Promise<void>
}

export type TokenContext = Pick<AuthContext, "req" | "res" | "config">

/** What is asked for. */
export interface WantedTokens {
  readonly provider: OAuthProvider
  readonly providerAccountId?: string | undefined
}

/** @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD` */
export function tokenSourceOf(
  context: TokenContext,
  reading: SessionReading,
  wanted: WantedTokens,
): TokenSource {
  return context.config.session.keepTokens
    ? sessionSource(context, reading, wanted)
    : rowSource(context, reading, wanted)
}

/** The encrypted session, and so the cookie: every response has to carry the new pair. */
function sessionSource(
  { req, config }: TokenContext,
  { token }: SessionReading,
  { provider, providerAccountId }: WantedTokens,
): TokenSource {
  const kept = token && keptTokensOf(token)
  const isWanted =
    kept?.provider === providerId(provider) &&
    (providerAccountId ?? kept.providerAccountId) === kept.providerAccountId
  return {
    read: async () => (isWanted ? kept : undefined),
    adopt: async (tokens) => {
      if (kept) await changeToken(req, config, (former) => keepTokens(former, { ...kept, ...tokens }))
    },
  }
}

/** The account's row. */
function rowSource(
  { config: { adapter } }: TokenContext,
  reading: SessionReading,
  { provider, providerAccountId }: WantedTokens,
): TokenSource {
  requireAdapterMethods(adapter, "auth.accessToken() without session.keepTokens", [
    "listAccounts",
    "updateAccount",
  ])
  const extras = adapter as unknown as AdapterExtras
  const identity = identifySession(reading)
  let account: AdapterAccount | undefined
  return {
    read: async () => {
      const accounts = identity ? await extras.listAccounts(identity.userId) : []
      account = accounts.find(
        (row) =>
          row.provider === providerId(provider) &&
          (providerAccountId ?? account?.providerAccountId ?? row.providerAccountId) ===
            row.providerAccountId,
      )
      return readProviderTokens(account)
    },
    store: async (tokens) => {
      if (!account) return
      const { provider: id, providerAccountId: at } = account
      await extras.updateAccount({
        ...toAccountFields(provider, tokens),
        provider: id,
        providerAccountId: at,
      })
    },
  }
}
