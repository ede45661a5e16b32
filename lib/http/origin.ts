import type { Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { ExpressAuthError } from "../errors.js"
import { warnOncePerApp } from "./warn-once-per-app.js"

/**
 * The origin browsers reach us at: `url`/AUTH_URL where set, else scheme and host of the request as Express's
 * `trust proxy` sees them. X-Forwarded-* counts otherwise only where `trustHost` was set explicitly.
 *
 * Form actions, redirect URIs, cookie prefixes, mailed links and `getSession` all come from here.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_HOST_HEADER` (400): malformed, or not one of `hosts`
 */
export function getOrigin(req: Request, config: ResolvedConfig): string {
  if (config.origin) return config.origin
  const origin = toOrigin(protocolOf(req, config), hostOf(req, config))
  if (config.hosts) checkHost(new URL(origin).host, config.hosts)
  return origin
}

/**
 * The host of a request, without its port: as its Host header says, and, where another is believed, as the proxy says.
 * What a function chooses a configuration by may be either.
 */
export function hostnamesOf(req: Request, config: ResolvedConfig): string {
  const believed = toHostname(hostOf(req, config))
  const own = toHostname(req.headers.host ?? "")
  return believed === own ? own : `${own} ${believed}`
}

function toHostname(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, "")
}

/** Whether browsers talk to us over HTTPS, and cookies are `Secure`. */
export function isSecure(req: Request, config: ResolvedConfig): boolean {
  return config.useSecureCookies ?? getOrigin(req, config).startsWith("https:")
}

/** Without the header nobody needs to be asked whether it may be believed: this runs on every request. */
function protocolOf(req: Request, config: ResolvedConfig): string {
  const forwarded = firstValue(req, "x-forwarded-proto")
  if (forwarded === undefined) return "encrypted" in req.socket && req.socket.encrypted ? "https" : "http"
  if (config.trustHost) return forwarded
  const protocol = req.protocol ?? "http"
  if (protocol === "http" && forwarded.toLowerCase() === "https") warnOfProxy(req, config)
  return protocol
}

/** The header of a proxy that the app was told nothing of. Where `trust proxy` is set, it comes from a stranger. */
function warnOfProxy(req: Request, config: ResolvedConfig): void {
  if (!req.app || req.app.get("trust proxy")) return
  const message =
    "X-Forwarded-Proto says that browsers use https, but Express's `trust proxy` is not set, so the header does not count: " +
    "cookies lack Secure, and redirect URIs begin with http. Set AUTH_URL to the address browsers use " +
    '(https://example.com), or, with one proxy in front of the app, app.set("trust proxy", 1).'
  warnOncePerApp(req, config, { code: "trust-proxy", message })
}

function hostOf(req: Request, { trustHost }: ResolvedConfig): string {
  const forwarded = firstValue(req, "x-forwarded-host")
  const believed = forwarded !== undefined && (trustHost || trustsProxy(req))
  return (believed ? forwarded : req.headers.host) ?? ""
}

/** Express compiles `trust proxy` into this function; both versions keep it under this name. Other servers have no app. */
function trustsProxy(req: Request): boolean {
  const trust: unknown = req.app?.get("trust proxy fn")
  return typeof trust === "function" && trust(req.socket.remoteAddress, 0) === true
}

/** Some proxies send an empty header for none. */
function firstValue(req: Request, name: string): string | undefined {
  const value = req.headers[name]
  return (Array.isArray(value) ? value[0] : value)?.split(",", 1)[0]?.trim() || undefined
}

/** Origins met so far: parsing a URL on every request costs more than decrypting a session. */
const origins = new Map<string, string>()

function toOrigin(protocol: string, host: string): string {
  const text = `${protocol}://${host}`
  const known = origins.get(text)
  if (known) return known
  const origin = parseOrigin(protocol, host)
  if (origins.size >= 1000) origins.clear()
  origins.set(text, origin)
  return origin
}

function parseOrigin(protocol: string, host: string): string {
  const wellFormed = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(host) && host.length < 256
  const text = `${protocol.toLowerCase()}://${host}`
  if (wellFormed && /^https?$/i.test(protocol) && URL.canParse(text)) return new URL(text).origin
  throw new ExpressAuthError(
    "ERR_AUTH_HOST_HEADER",
    "The Host or X-Forwarded-* header of this request is malformed.",
    { status: 400 },
  )
}

function checkHost(host: string, hosts: readonly string[]): void {
  const name = host.replace(/:\d+$/, "")
  const matches = (allowed: string) => (one: string) =>
    allowed.startsWith("*.") ? one.endsWith(allowed.slice(1)) : one === allowed
  if (hosts.some((allowed) => [host, name].some(matches(allowed)))) return
  throw new ExpressAuthError(
    "ERR_AUTH_HOST_HEADER",
    "This app does not answer to the host of this request.",
    {
      status: 400,
    },
  )
}
