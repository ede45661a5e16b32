import type { Response as ExpressResponse, Request } from "express"
import { providerById } from "../../config/find-provider.js"
import { requireTrust } from "../../config/require-trust.js"
import { type ConfigSource, configFor } from "../../http/config-for.js"
import type { AuthResult } from "../../replies/outcome.js"
import { fromApp, unlessRefused } from "../from-app.js"
import type { AccessTokenOptions } from "./access-token.js"
import type { LinkAccountOptions } from "./link-account.js"
import type { Recency } from "./require-recent-session.js"
import type { UnlinkAccountOptions } from "./unlink-account.js"

/**
 * Leads to a provider from a POST handler of the app's own, and answers the request. When the visitor comes back its
 * account is another way for them to sign in; their session goes on as it was. Whoever is not signed in, or has been for
 * more than `maxAge`, is asked to sign in.
 *
 * Nothing is linked when the browser has another session by then, or when the account belongs to another user.
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
 * Removes an account of the visitor's from a POST handler of the app's own, and answers the request. Their last way to
 * sign in stays. Like `linkAccount` it asks those to sign in who have not done so lately.
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

/** What is misspelt would ask less, or more, of people than the app meant. */
function checkRecency(name: string, { trust }: Recency = {}): void {
  if (trust !== undefined) requireTrust(`${name}: trust`, trust)
}

/**
 * An access token of the visitor's for a provider's API, from the account's row or, with `session.keepTokens`, from their
 * session. One that ends within a minute is refreshed first: once, however many requests ask.
 *
 * @returns `null` where nobody is signed in, or not with that provider
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
