import { lockKey, locksOf } from "../../account/locks-of.js"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { traceStep } from "../../diagnostics/trace-step.js"
import { ExpressAuthError } from "../../errors.js"
import { refreshDenied, refreshTokenGrant } from "../../providers/refresh-token-grant.js"
import { decodeToken, encodeToken } from "../../session/codec/token-codec.js"
import { isGoodFor, type ProviderTokens, readProviderTokens } from "../../session/provider-tokens.js"
import { askStore, holdLock } from "../../stores/hold-lock.js"
import { singleFlight } from "../../stores/single-flight.js"
import type { TokenSource, WantedTokens } from "./token-source.js"

/** The tokens to refresh, and where they are stored. */
interface Renewal extends WantedTokens {
  readonly source: TokenSource
}

/** Seconds for which a token that another request has refreshed must still be valid. */
const margin = 5

/** Seconds for which requests with a used refresh token get the tokens it was exchanged for. */
const afterglow = 60

const inFlight = singleFlight<ProviderTokens>()

/**
 * Exchanges a refresh token once, however many requests hold it. Concurrent requests in this process share one result;
 * those in other processes wait for the lock, and then find the tokens that were stored.
 */
export function refreshTokens(
  config: ResolvedConfig,
  tokens: ProviderTokens,
  renewal: Renewal,
): Promise<ProviderTokens> {
  const { refresh_token } = tokens
  const id = renewal.provider.id
  if (refresh_token === undefined)
    return Promise.reject(refreshDenied(id, "The access token expires and there is no refresh token"))
  const { issuer, clientId } = renewal.provider
  const client = [config.tenant?.id, issuer, clientId]
  const key = lockKey("refresh", JSON.stringify([...client, id, refresh_token]))
  return inFlight(key, () =>
    holdLock(locksOf(config), key, () => renewOnce(config, { key, tokens, refresh_token }, renewal)),
  )
}

/** A refresh token, and the tokens issued with it. */
interface Held {
  readonly key: string
  readonly tokens: ProviderTokens
  readonly refresh_token: string
}

async function renewOnce(config: ResolvedConfig, held: Held, renewal: Renewal): Promise<ProviderTokens> {
  const known = (await findStored(held, renewal)) ?? (await findKept(config, held, renewal))
  if (!known) return exchange(config, held, renewal)
  return isGoodFor(known, margin) ? known : refreshTokens(config, known, renewal)
}

/** Returns the stored tokens if another request has refreshed them. */
async function findStored(
  { tokens, refresh_token }: Held,
  renewal: Renewal,
): Promise<ProviderTokens | undefined> {
  const { source, provider } = renewal
  const stored = await source.read()
  if (!stored) throw refreshDenied(provider.id, "The account has been unlinked in the meantime")
  const isNewer = stored.access_token !== tokens.access_token
  return isNewer && (isGoodFor(stored, margin) || stored.refresh_token !== refresh_token) ? stored : undefined
}

/** Returns the tokens that the lock store keeps for a minute, and writes the row if that failed before. */
async function findKept(
  { locks, secrets }: ResolvedConfig,
  { key, refresh_token }: Held,
  { source }: Renewal,
): Promise<ProviderTokens | undefined> {
  const sealed = await askStore(() => locksOf({ locks }).get(key))
  const opened = sealed ? decodeToken(sealed, { secrets, salt: key }) : undefined
  const kept = opened?.status === "valid" ? readProviderTokens(opened.payload.tokens) : undefined
  if (!kept || (!isGoodFor(kept, margin) && kept.refresh_token === refresh_token)) return
  await source.store?.({ ...kept })
  return kept
}

/**
 * Requests new tokens. The provider may have invalidated the old ones, so a failing store must not lose the new ones.
 */
async function exchange(
  config: ResolvedConfig,
  { key, refresh_token, tokens }: Held,
  { provider, source }: Renewal,
): Promise<ProviderTokens> {
  try {
    const granted = await traceStep("token-refresh", () => ({ provider: provider.id, type: provider.type }), {
      run: () => refreshTokenGrant(provider, refresh_token),
      describe: () => ({ outcome: "refreshed" }),
    })
    const pair = { refresh_token, ...granted }
    const sealed = encodeToken({ tokens: pair }, { secrets: config.secrets, salt: key, maxAge: afterglow })
    await tolerate(config, () => locksOf(config).set(key, sealed, afterglow))
    await tolerate(config, () => source.store?.(pair))
    return pair
  } catch (error) {
    const stored = isDenied(error) ? await source.read() : undefined
    if (stored && stored.access_token !== tokens.access_token && isGoodFor(stored, margin)) return stored
    throw error
  }
}

/** Whether the provider refused the token. Without a shared lock store, another process may have used it. */
function isDenied(error: unknown): boolean {
  return error instanceof ExpressAuthError && error.code === "ERR_AUTH_REFRESH_DENIED"
}

async function tolerate({ logger }: ResolvedConfig, call: () => unknown): Promise<void> {
  try {
    await call()
  } catch (error) {
    logger.error(error)
  }
}
