import type { IncomingMessage } from "node:http"
import type { ResolvedConfig } from "../config/resolve-config.js"

/** A request with its configuration. */
interface DevelopmentContext {
  readonly req: Pick<IncomingMessage, "headers" | "socket" | "httpVersion">
  readonly config: Pick<ResolvedConfig, "development" | "origin">
}

/**
 * Whether the developer of the app made a request: NODE_ENV is `"development"`, the connection comes from this machine,
 * its Host header and the app's configured address name this machine, and no proxy or tunnel forwarded it.
 *
 * Everything that exists in development only requires it, because a tunnel makes an app on a laptop public, and any
 * website can resolve its name to 127.0.0.1.
 */
export function isDevelopmentRequest({ req, config }: DevelopmentContext): boolean {
  if (!config.development || (config.origin && !namesLoopback(new URL(config.origin).host))) return false
  return isLoopback(req.socket) && namesLoopback(req.headers.host) && !isForwarded(req)
}

/** A Unix socket has no address, and its client is a proxy. */
function isLoopback({ remoteAddress = "" }: IncomingMessage["socket"]): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(remoteAddress) || remoteAddress === "::1"
}

/** Browsers resolve every name below `localhost` to this machine (RFC 6761, section 6.3). */
function namesLoopback(host = ""): boolean {
  return /^((?:[a-z0-9_-]+\.)*localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host)
}

/** Headers of proxies, tunnels and content delivery networks. Their values do not matter. */
const forwarding =
  /^(?:forwarded|via|client-ip|disguised-host|front-end-https|wl-proxy-.*|x-(?:scheme|nginx-proxy|request-start|remote-.*|amzn-.*|arr-.*)|x-forwarded(?:-.*)?|x-real-ip|x-original-.*|x-(?:cluster-)?client-ip|true-client-ip|cf-.*|cdn-loop|x-envoy-.*|x-azure-.*|x-vercel-.*|fly-.*|fastly-.*|ngrok-.*|x-ms-proxy.*|tailscale-.*)$/

/** nginx adds no header unless it is told to. It speaks HTTP/1.0 to apps, which no browser does. */
function isForwarded({ headers, httpVersion }: DevelopmentContext["req"]): boolean {
  return httpVersion === "1.0" || Object.keys(headers).some((name) => forwarding.test(name))
}
