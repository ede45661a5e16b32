import type { Response as ExpressResponse, Request } from "express"
import { providerById } from "../../config/find-provider.js"
import { requireTrust } from "../../config/require-trust.js"
import { type ConfigSource, configFor } from "../../http/config-for.js"
import type { AuthResult } from "../../replies/responses.js"
import { fromApp, unlessRefused } from "../from-app.js"
import type { AccessTokenOptions } from "./access-token.js"
import type { LinkAccountOptions } from "./link-account.js"
import type { Recency } from "./require-recent-session.js"
import type { UnlinkAccountOptions } from "./unlink-account.js"

/**
 * Redirects to a provider from one of the app's own POST handlers. When the visitor comes back, the account there is linked
 * to the signed-in user as another way to sign in; the session continues unchanged. Prompts anonymous visitors, and users
 * whose sign-in is older than `maxAge`, to sign in.
 *
 * Links nothing if the browser has another session by then, or if the account belongs to another user.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503), `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
 * @example
 * app.post("/account/link/github", (req, res) => linkAccount(req, res, config, "github", { redirectTo: "/account" }))
 */
export function linkAccount(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  provider: string,
  options: LinkAccountOptions & { redirect: false },
): Promise<AuthResult>
export function linkAccount(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  provider: string,
  options?: LinkAccountOptions,
): Promise<void>
export async function linkAccount(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  provider: string,
  options?: LinkAccountOptions,
): Promise<unknown> {
  checkRecency("linkAccount()", options)
  const { linkAccountFromApp, requireLinkingAdapter } = await import("./link-account.js")
  const config = await configFor(source, req)
  requireLinkingAdapter(config, providerById(config.providers, provider))
  return fromApp(req, res, source, {
    act: (context) => linkAccountFromApp(context, provider, options),
    ...options,
  })
}

/**
 * Removes an account of the signed-in user from one of the app's own POST handlers, and responds to the request. Refuses to
 * remove the user's last way to sign in. Like `linkAccount`, prompts users whose sign-in is older than `maxAge`.
 *
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION`, `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 * @throws {ExpressAuthError} `ERR_AUTH_SESSION` (503), `ERR_AUTH_HEADERS_SENT`, `ERR_AUTH_MOUNT`
 * @example
 * app.post("/account/unlink/github", (req, res) => unlinkAccount(req, res, config, "github", { redirectTo: "/account" }))
 */
export function unlinkAccount(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  provider: string,
  options: UnlinkAccountOptions & { redirect: false },
): Promise<AuthResult>
export function unlinkAccount(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  provider: string,
  options?: UnlinkAccountOptions,
): Promise<void>
export async function unlinkAccount(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  provider: string,
  options?: UnlinkAccountOptions,
): Promise<unknown> {
  checkRecency("unlinkAccount()", options)
  const { requireUnlinkingAdapter, unlinkAccountFromApp } = await import("./unlink-account.js")
  requireUnlinkingAdapter(await configFor(source, req))
  return fromApp(req, res, source, {
    act: (context) => unlinkAccountFromApp(context, provider, options),
    ...options,
  })
}

/** Refuses a misspelt type, which would require less, or more, than the app meant. */
function checkRecency(name: string, { trust }: Recency = {}): void {
  if (trust !== undefined) requireTrust(`${name}: trust`, trust)
}

/**
 * Returns an access token of the signed-in user for a provider's API, from the account's row or, with `session.keepTokens`,
 * from the session. Refreshes a token that ends within a minute, once for all concurrent requests.
 *
 * @returns `null` for an anonymous request, or a user without an account at that provider
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 * @throws {ExpressAuthError} `ERR_AUTH_REFRESH_DENIED` (401) when only a new sign-in helps;
 * `ERR_AUTH_PROVIDER_UNAVAILABLE`, `ERR_AUTH_REFRESH`, `ERR_AUTH_LOCK` and `ERR_AUTH_SESSION` (503) when it may work later:
 * session and tokens stay; `ERR_AUTH_HEADERS_SENT`; `ERR_AUTH_UNKNOWN_PROVIDER`
 * @example
 * app.get("/repositories", async (req, res) => {
 *   const token = await accessToken(req, res, config, "github")
 *   res.json(token ? await repositories(token) : [])
 * })
 */
export async function accessToken(
  req: Request,
  res: ExpressResponse,
  source: ConfigSource,
  provider: string,
  options?: AccessTokenOptions,
): Promise<string | null> {
  const { getAccessToken } = await import("./access-token.js")
  return unlessRefused(null, async () =>
    getAccessToken({ req, res, config: await configFor(source, req) }, provider, options),
  )
}
