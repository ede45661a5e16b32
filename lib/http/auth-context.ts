import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { CookieSet } from "../config/resolve-cookies.js"
import type { MountedAt } from "./mount.js"
import { getOrigin, isSecure } from "./origin.js"

/** A request with its configuration, as passed to everything that handles it. */
export interface AuthContext extends Omit<MountedAt, "tail"> {
  /** Express's request. */
  readonly req: Request
  /** Express's response. */
  readonly res: Response
  /** The configuration of the request. */
  readonly config: ResolvedConfig
  /** The origin browsers use for this app, e.g. `https://example.com`. */
  readonly origin: string
  /** The cookies' names and attributes, for HTTPS or plain HTTP as this request uses. */
  readonly cookies: CookieSet
  /** When the request reached us, in milliseconds since 1970. */
  readonly arrivedAt: number
  /**
   * Whether every client but a browser's navigation gets the status of a failure, as from a guard. Otherwise clients that
   * do not request JSON get the redirect that Auth.js sends.
   */
  readonly sendsStatus?: boolean
}

/**
 * Builds the context of a request.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_HOST_HEADER` (400)
 */
export function createAuthContext(
  req: Request,
  res: Response,
  config: ResolvedConfig,
  { basePath, prefix }: Omit<MountedAt, "tail">,
): AuthContext {
  const cookies = isSecure(req, config) ? config.cookies.secure : config.cookies.plain
  const arrivedAt = Date.now()
  return { req, res, config, origin: getOrigin(req, config), basePath, prefix, cookies, arrivedAt }
}

/** Returns the absolute URL of one of our routes, e.g. `toActionUrl(context, "signin", { error: "Verification" })`. */
export function toActionUrl(
  { origin, basePath }: Pick<AuthContext, "origin" | "basePath">,
  action: string,
  query: Record<string, string | undefined> = {},
): string {
  return withQuery(`${origin}${basePath}/${action}`, query)
}

/** Returns the URL of the sign-in page: `pages.signIn`, or the built-in page. */
export function toSignInUrl(
  { config, basePath }: Pick<AuthContext, "config" | "basePath">,
  query: Record<string, string | undefined>,
): string {
  return withQuery(config.pages.signIn ?? `${basePath}/signin`, query)
}

/** Adds the parameters that are not `undefined` to a URL, which may be relative and may already have a query. */
export function withQuery(url: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  if (given.length === 0) return url
  return `${url}${url.includes("?") ? "&" : "?"}${new URLSearchParams(given)}`
}
