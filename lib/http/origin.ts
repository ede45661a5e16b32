import type { Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { warnOncePerApp } from "./warn-once-per-app.js"

/**
 * Returns the origin that browsers use for this app: that of `url` or AUTH_URL, else scheme and host of the request as
 * Express's `trust proxy` determines them. X-Forwarded-* headers also count when `trustHost` is set explicitly.
 *
 * Form actions, redirect URIs, cookie prefixes, mailed links and `getSession` all use it.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_HOST_HEADER` (400) for a malformed host, or one that is not in `hosts`
 */
export function getOrigin(req: Request, config: ResolvedConfig): string {
  if (config.origin) return config.origin
  const origin = toOrigin(protocolOf(req, config), hostOf(req, config))
  if (config.hosts) checkHost(new URL(origin).host, config.hosts)
  return origin
}

/**
 * Returns what identifies the host of a request for its tenant: the origin of `url` or AUTH_URL, else the hostname that
 * Express determines, which functions that choose configurations read as `req.hostname`.
 *
 * Where only `trustHost` makes X-Forwarded-Host count, the hostname in the Host header precedes the forwarded one:
 * `req.hostname` is still that of the Host header there, and every client can forge the other.
 */
export function hostnamesOf(req: Request, config: ResolvedConfig): string {
  if (config.origin) return config.origin
  const effective = toHostname(hostOf(req, config))
  const sent = toHostname(req.headers.host ?? "")
  return effective === sent || trustsProxy(req) ? effective : `${sent} ${effective}`
}

function toHostname(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "")
}

/** Whether browsers use HTTPS, so that cookies are `Secure`. `useSecureCookies` overrides it. */
export function isSecure(req: Request, config: ResolvedConfig): boolean {
  return config.useSecureCookies ?? getOrigin(req, config).startsWith("https:")
}

/** Runs on every request, so it asks Express about the proxy only when the header is present. */
function protocolOf(req: Request, config: ResolvedConfig): string {
  const forwarded = firstValue(req, "x-forwarded-proto")
  if (forwarded === undefined) return "encrypted" in req.socket && req.socket.encrypted ? "https" : "http"
  if (config.trustHost) return forwarded
  const protocol = req.protocol ?? "http"
  if (protocol === "http" && forwarded.toLowerCase() === "https") warnOfProxy(req, config)
  return protocol
}

/** Warns of a proxy that Express does not know of. With `trust proxy` set, a client forged the header: no warning. */
function warnOfProxy(req: Request, config: ResolvedConfig): void {
  if (!req.app || req.app.get("trust proxy")) return
  const message =
    "X-Forwarded-Proto is https, but Express's `trust proxy` is not set, so the header is ignored: cookies lack Secure, " +
    "and redirect URIs start with http. Set AUTH_URL to the address browsers use " +
    '(https://example.com), or, with one proxy in front of the app, app.set("trust proxy", 1).'
  warnOncePerApp(req, config, { code: "trust-proxy", message })
}

function hostOf(req: Request, { trustHost }: ResolvedConfig): string {
  const forwarded = firstValue(req, "x-forwarded-host")
  const isTrusted = forwarded !== undefined && (trustHost || trustsProxy(req))
  return (isTrusted ? forwarded : req.headers.host) ?? ""
}

/** Express 4 and 5 compile `trust proxy` into a function with this name. Other servers have no `app`. */
function trustsProxy(req: Request): boolean {
  const trust: unknown = req.app?.get("trust proxy fn")
  return typeof trust === "function" && trust(req.socket.remoteAddress, 0) === true
}

/** An empty header counts as missing: some proxies send one. */
function firstValue(req: Request, name: string): string | undefined {
  const value = req.headers[name]
  return (Array.isArray(value) ? value[0] : value)?.split(",", 1)[0]?.trim() || undefined
}

/** Caches parsed origins: parsing a URL on every request costs more than decrypting a session. */
const origins = new Map<string, string>()

function toOrigin(protocol: string, host: string): string {
  const url = `${protocol}://${host}`
  const cached = origins.get(url)
  if (cached) return cached
  const origin = parseOrigin(protocol, host)
  if (origins.size >= 1000) origins.clear()
  origins.set(url, origin)
  return origin
}

function parseOrigin(protocol: string, host: string): string {
  const wellFormed = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host) && host.length < 256
  const url = `${protocol.toLowerCase()}://${host}`
  if (wellFormed && /^https?$/i.test(protocol) && URL.canParse(url)) return new URL(url).origin
  throw new ExpressAuthError(
    "ERR_AUTH_HOST_HEADER",
    "The Host or X-Forwarded-* header of this request is malformed; expected a host such as example.com:443.",
    { status: 400 },
  )
}

function checkHost(host: string, hosts: readonly string[]): void {
  const name = host.replace(/:\d+$/, "")
  const matches = (allowed: string) => (one: string) =>
    allowed.startsWith("*.") ? one.endsWith(allowed.slice(1)) : one === allowed
  if (hosts.some((allowed) => [host, name].some(matches(allowed)))) return
  throw new ExpressAuthError("ERR_AUTH_HOST_HEADER", "The host of this request is not listed in `hosts`.", {
    status: 400,
  })
}
