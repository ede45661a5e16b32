import { findProvider } from "../../config/find-provider.js"
import { isOAuthProvider } from "../../config/resolve-providers.js"
import { ExpressAuthError } from "../../errors.js"
import { requireUnsent } from "../../http/cookies.js"
import { readSession } from "../../session/get-session.js"
import { isGoodFor, type ProviderTokens } from "../../session/provider-tokens.js"
import { refreshTokens } from "./refresh-tokens.js"
import { type TokenContext, type TokenSource, tokenSourceOf, type WantedTokens } from "./token-source.js"

/** Options of `accessToken()`. */
export interface AccessTokenOptions {
  /** The account, if the user has several at the provider. */
  providerAccountId?: string
}

/** Seconds for which a returned token must still be valid: the request that uses it takes time. */
const margin = 60

/** Returns the signed-in user's access token, refreshed if it expires within a minute. */
export async function getAccessToken(
  context: TokenContext,
  id: string,
  { providerAccountId }: AccessTokenOptions = {},
): Promise<string | null> {
  const provider = findProvider(context.config, id)
  const reading = await readSession(context.req, context.config)
  if (!reading.session || !isOAuthProvider(provider)) return null
  const wanted = { provider, providerAccountId }
  const source = tokenSourceOf(context, reading, wanted)
  const tokens = await source.read()
  if (!tokens) return null
  return isGoodFor(tokens, margin) ? tokens.access_token : refreshed(context, tokens, { source, wanted })
}

interface Refreshing {
  source: TokenSource
  wanted: WantedTokens
}

/** Returns the old token after a temporary failure, as long as it is valid. */
async function refreshed(
  { config, res }: TokenContext,
  tokens: ProviderTokens,
  { source, wanted }: Refreshing,
): Promise<string> {
  try {
    if (source.adopt) requireUnsent(res)
    const renewed = await refreshTokens(config, tokens, { source, ...wanted })
    await source.adopt?.(renewed)
    return renewed.access_token
  } catch (error) {
    if (!isGoodFor(tokens, 0)) throw error
    if (!(error instanceof ExpressAuthError) || error.status >= 500) config.logger.error(error)
    return tokens.access_token
  }
}
