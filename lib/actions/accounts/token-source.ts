import type { AdapterAccount } from "@auth/core/adapters"
import type { TokenSet } from "@auth/core/types"
import { requireAdapterMethods } from "../../config/check-adapter.js"
import type { OAuthProvider } from "../../config/resolve-providers.js"
import type { AuthContext } from "../../http/auth-context.js"
import { toAccountFields } from "../../providers/account-fields.js"
import { changeToken } from "../../session/get-session.js"
import { hidingTokens } from "../../session/hide-token.js"
import { identifySession } from "../../session/identify-session.js"
import {
  type KeptTokens,
  keepTokens,
  keptTokensOf,
  type ProviderTokens,
  readProviderTokens,
} from "../../session/provider-tokens.js"
import type { SessionReading } from "../../session/session-reading.js"
import type { AdapterExtras } from "../../stores/adapter-extras.js"

/** Where a user's tokens of one provider are stored. */
export interface TokenSource {
  /** Reads the current tokens. */
  read(): Promise<ProviderTokens | undefined>
  /** Stores refreshed tokens for all sessions. */
  store?(tokens: TokenSet): Promise<void>
  /** Stores refreshed tokens in this browser's session. */
  adopt?(tokens: ProviderTokens): Promise<void>
}

/** The parts of a request that reading tokens needs. */
export type TokenContext = Pick<AuthContext, "req" | "res" | "config">

/** The account whose tokens are requested. */
export interface WantedTokens {
  readonly provider: OAuthProvider
  readonly providerAccountId?: string | undefined
}

/**
 * Returns where an account's tokens are stored: in the session, if it keeps those of this account
 * (`session.keepTokens`), else in the account's row.
 *
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export function tokenSourceOf(
  context: TokenContext,
  reading: SessionReading,
  wanted: WantedTokens,
): TokenSource {
  const { session, adapter } = context.config
  const kept = session.keepTokens && reading.token ? keptTokensOf(reading.token) : undefined
  if (kept && isWanted(kept, wanted)) return sessionSource(context, kept)
  const hasRows = adapter !== undefined && "listAccounts" in adapter
  return session.keepTokens && !hasRows ? nowhere : rowSource(context, reading, wanted)
}

const nowhere: TokenSource = { read: async () => undefined }

type AccountKey = Pick<AdapterAccount, "provider" | "providerAccountId">

function isWanted(key: AccountKey, { provider, providerAccountId: at }: WantedTokens): boolean {
  return key.provider === provider.id && (at ?? key.providerAccountId) === key.providerAccountId
}

/** The encrypted session in the cookie: every response must carry the new pair of tokens. */
function sessionSource({ req, config }: TokenContext, kept: KeptTokens): TokenSource {
  return {
    read: async () => kept,
    adopt: (tokens) => changeToken(req, config, (former) => keepTokens(former, { ...kept, ...tokens })),
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
  let found = providerAccountId
  return {
    read: async () => {
      const accounts = identity ? await extras.listAccounts(identity.userId) : []
      const account = accounts.find((row) => isWanted(row, { provider, providerAccountId: found }))
      found = account?.providerAccountId ?? found
      return readProviderTokens(account)
    },
    store: async (tokens) => {
      if (found === undefined) return
      const key = { provider: provider.id, providerAccountId: found }
      const row = { ...toAccountFields(provider, tokens), ...key }
      await hidingTokens(row, (account) => extras.updateAccount(account))
    },
  }
}
