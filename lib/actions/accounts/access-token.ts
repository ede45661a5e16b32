import { findProvider } from "../../config/find-provider.js"
import { isOAuthProvider } from "../../config/resolve-providers.js"
import { ExpressAuthError } from "../../errors.js"
import { requireUnsent } from "../../replies/run-action.js"
import { readSession } from "../../session/get-session.js"
import { isGoodFor, type ProviderTokens } from "../../session/provider-tokens.js"
import { renewTokens } from "./renew-tokens.js"
import { type TokenContext, type TokenSource, tokenSourceOf, type WantedTokens } from "./token-source.js"

export interface AccessTokenOptions {
  /** Which, where the person has several accounts at the provider. */
  providerAccountId?: string
}

/** Seconds a token has to be good for still: it is used for a request that takes its time. */
const margin = 60

/** The access token of whoever is signed in, refreshed if need be. */
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

/** Of what may work again later nobody hears while the token they have is good. */
async function refreshed(
  { config, res }: TokenContext,
  tokens: ProviderTokens,
  { source, wanted }: Refreshing,
): Promise<string> {
  try {
    if (source.adopt) requireUnsent(res)
    const renewed = await renewTokens(config, tokens, { source, ...wanted })
    await source.adopt?.(renewed)
    return renewed.access_token
  } catch (error) {
    if (!isGoodFor(tokens, 0)) throw error
    if (!(error instanceof ExpressAuthError) || error.status >= 500) config.logger.error(error)
    return tokens.access_token
  }
}
