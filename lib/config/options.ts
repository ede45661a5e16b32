import type { AuthConfig } from "@auth/core"

/**
 * What a user writes: the configuration object of Auth.js, plus what Express apps need.
 *
 * @see https://authjs.dev/reference/core#authconfig
 */
export interface ExpressAuthConfig extends Omit<AuthConfig, "raw"> {
  /**
   * Where browsers reach this app, e.g. `https://example.com` or, where a proxy strips a prefix,
   * `https://example.com/app/auth`. Decides form actions, redirect URIs, cookie prefixes and mailed links.
   *
   * @default process.env.AUTH_URL; without it, the request's own host under Express's `trust proxy`
   */
  url?: string
  /**
   * Hosts this app answers to when `url` is not set, e.g. `["example.com", "*.example.com"]`. A request for
   * another host gets 400, so that nobody can have links mailed that point at a host of theirs.
   */
  hosts?: readonly string[]
  /**
   * Starts every cookie name, after `__Secure-` or `__Host-`. Give two apps on one host different prefixes.
   *
   * @default "authjs"
   */
  cookiePrefix?: string
  /**
   * Largest request body that is read under the mount, in bytes.
   *
   * @default 102400
   */
  bodyLimit?: number
}

/** The configuration, or a function that chooses one for each request (several tenants in one app). */
export type ExpressAuthOptions<Request> =
  | ExpressAuthConfig
  | ((req: Request) => ExpressAuthConfig | Promise<ExpressAuthConfig>)

/** Names of all options, for `resolveConfig` to tell a typing error from a wish. */
export const optionNames = [
  "adapter",
  "basePath",
  "bodyLimit",
  "callbacks",
  "cookiePrefix",
  "cookies",
  "debug",
  "events",
  "experimental",
  "hosts",
  "jwt",
  "logger",
  "pages",
  "providers",
  "redirectProxyUrl",
  "secret",
  "session",
  "skipCSRFCheck",
  "theme",
  "trustHost",
  "url",
  "useSecureCookies",
] as const satisfies readonly (keyof ExpressAuthConfig)[]
