import type { Request, Response } from "express"
import type { CookieSet } from "../config/cookies.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { MountedAt } from "./mount.js"
import { getOrigin, isSecure } from "./origin.js"

/** One request, seen through one configuration: what every joint of the pipe is given. */
export interface AuthContext extends Omit<MountedAt, "tail"> {
  readonly req: Request
  readonly res: Response
  readonly config: ResolvedConfig
  readonly origin: string
  readonly cookies: CookieSet
}

export function createAuthContext(
  req: Request,
  res: Response,
  config: ResolvedConfig,
  { basePath, prefix }: Omit<MountedAt, "tail">,
): AuthContext {
  const cookies = isSecure(req, config) ? config.cookies.secure : config.cookies.plain
  return { req, res, config, origin: getOrigin(req, config), basePath, prefix, cookies }
}

/** The absolute URL of one of our own routes, e.g. `toActionUrl(context, "signin", { error: "Verification" })`. */
export function toActionUrl(
  { origin, basePath }: Pick<AuthContext, "origin" | "basePath">,
  action: string,
  query: Record<string, string | undefined> = {},
): string {
  return withQuery(`${origin}${basePath}/${action}`, query)
}

/** The sign-in page, ours or the app's own. */
export function toSignInUrl(
  { config, basePath }: Pick<AuthContext, "config" | "basePath">,
  query: Record<string, string | undefined>,
): string {
  return withQuery(config.pages.signIn ?? `${basePath}/signin`, query)
}

/** Adds the parameters that have a value. The URL may be relative and may have a query already. */
export function withQuery(url: string, query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  if (given.length === 0) return url
  return `${url}${url.includes("?") ? "&" : "?"}${new URLSearchParams(given)}`
}
