import { customFetch } from "@auth/core"
import type { TokenSet } from "@auth/core/types"
import {
  type AuthorizationServer,
  allowInsecureRequests,
  discoveryRequest,
  customFetch as fetchOption,
  processDiscoveryResponse,
  refreshTokenGrantRequest,
} from "oauth4webapi"
import { endpointUrl } from "../config/merge-provider.js"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"
import { toClient, toClientAuth } from "./client-auth.js"
import { readJsonObject } from "./discovery.js"
import { prepareProvider } from "./prepare-provider.js"

/** What a provider returned for a refresh token. */
export interface RefreshedTokens extends TokenSet {
  /** The new access token. */
  access_token: string
  /** Seconds since 1970. */
  expires_at: number
}

/** Seconds until an access token expires if the provider does not specify it. */
const usualLifetime = 60 * 60

/** Error codes for a refresh token that was used, has expired or was revoked (RFC 6749, section 5.2, and GitHub's). */
const denials = new Set(["invalid_grant", "bad_refresh_token"])

/**
 * Exchanges a refresh token for new tokens (RFC 6749, section 6). Authenticates as core does at sign-in, with the
 * provider's own `fetch`.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_REFRESH_DENIED` (401) if the provider no longer accepts it;
 * `ERR_AUTH_PROVIDER_UNAVAILABLE` (503) if the provider is down; `ERR_AUTH_REFRESH` if it returns no token
 */
export async function refreshTokenGrant(
  provider: OAuthProvider,
  refreshToken: string,
): Promise<RefreshedTokens> {
  const prepared = prepareProvider(provider)
  try {
    return await readTokens(prepared, await request(prepared, refreshToken))
  } catch (cause) {
    if (cause instanceof ExpressAuthError) throw cause
    throw refreshError(`Could not refresh the tokens of provider "${provider.id}".`, 503, cause)
  }
}

async function request(provider: OAuthProvider, refreshToken: string): Promise<Response> {
  const options = { [allowInsecureRequests]: true, [fetchOption]: provider[customFetch] ?? fetch } as const
  const server = await toServer(provider)
  const client = toClient(provider)
  const auth = toClientAuth(provider, client, server)
  return conform(provider, await refreshTokenGrantRequest(server, client, auth, refreshToken, options))
}

async function toServer(provider: OAuthProvider): Promise<AuthorizationServer> {
  const { issuer } = provider
  const endpoint = endpointUrl(provider.token)
  if (endpoint)
    return { issuer: String(issuer ?? "https://authjs.dev"), token_endpoint: withParams(endpoint, provider) }
  const url = new URL(String(issuer))
  const ask = provider[customFetch] ?? fetch
  const options = {
    [allowInsecureRequests]: true,
    [fetchOption]: (address: string, { headers }: { headers: Record<string, string> }) =>
      ask(address, { headers, redirect: "manual" }),
  }
  return processDiscoveryResponse(url, await discoveryRequest(url, options))
}

function withParams(endpoint: string, { token }: OAuthProvider): string {
  const url = new URL(endpoint)
  const params = typeof token === "object" ? token.params : undefined
  for (const [name, value] of Object.entries(params ?? {})) url.searchParams.set(name, String(value))
  return url.href
}

async function conform({ token }: OAuthProvider, response: Response): Promise<Response> {
  const own = typeof token === "object" ? token.conform : undefined
  return (await own?.(response.clone())) ?? response
}

async function readTokens(provider: OAuthProvider, response: Response): Promise<RefreshedTokens> {
  const body = readJsonObject(await response.text())
  if (typeof body?.error === "string") throw refused(provider, body.error)
  if (!response.ok || typeof body?.access_token !== "string" || body.access_token === "")
    throw refreshError(
      `Provider "${provider.id}" responded to a refresh with ${response.status} and no token.`,
    )
  const { id_token: _unchecked, ...tokens } = body
  return { ...tokens, access_token: body.access_token, expires_at: expiryOf(body) } as RefreshedTokens
}

function expiryOf({ expires_in, expires_at }: Record<string, unknown>): number {
  const now = Math.floor(Date.now() / 1000)
  if (Number(expires_in) > 0) return Math.floor(now + Number(expires_in))
  return Number(expires_at) > now ? Number(expires_at) : now + usualLifetime
}

function refused(provider: OAuthProvider, said: string): ExpressAuthError {
  const id = provider.id
  if (denials.has(said)) return refreshDenied(id, "The provider no longer accepts the refresh token")
  const word = /^[\w.-]{1,40}$/.test(said) ? said : "an unknown error"
  return refreshError(
    `Provider "${id}" refused to refresh the tokens: ${word}. Check the client's id, secret and grant types.`,
    500,
  )
}

/** Creates the error for tokens that only a new sign-in can replace. */
export function refreshDenied(provider: string, reason: string): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_REFRESH_DENIED",
    `${reason}. The user must sign in with "${provider}" again.`,
    { status: 401 },
  )
}

function refreshError(message: string, status = 503, cause?: unknown): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_REFRESH", message, { status, cause })
}
