import { isIP } from "node:net"
import type { Request } from "express"
import ipaddr from "ipaddr.js"

/**
 * Returns the address of a client as Express's `trust proxy` determines it: an IPv4 address, or the /64 network of an
 * IPv6 address, because a single customer controls all of it. Forwarding headers that no trusted proxy set are ignored.
 *
 * @returns e.g. `"203.0.113.7"` or `"2001:db8:0:1::/64"`; `"unknown"` for a connection without a valid address
 */
export function clientAddress({ ip, socket }: Pick<Request, "ip" | "socket">): string {
  return toNetwork(ip) ?? toNetwork(socket.remoteAddress) ?? "unknown"
}

/**
 * Returns the /48 network of an IPv6 client, which a provider may assign to a single customer: 65,536 times a /64.
 *
 * @param client what {@link clientAddress} returned
 * @returns e.g. `"2001:db8:0::/48"`; `undefined` for IPv4
 */
export function clientSite(client: string): string | undefined {
  const [, a, b, c] = /^(.+):(.+):(.+):.+::\/64$/.exec(client) ?? []
  return a && `${a}:${b}:${c}::/48`
}

/** Returns {@link clientAddress} and its {@link clientSite}. */
export function clientNetworks(req: Pick<Request, "ip" | "socket">): readonly [string, string | undefined] {
  const client = clientAddress(req)
  return [client, clientSite(client)]
}

function toNetwork(text = ""): string | undefined {
  const address = withoutPort(text.trim()).replace(/%.*$/, "")
  // ipaddr.js also accepts the short forms of inet_aton, such as "1.2.3".
  const version = isIP(address)
  if (version !== 6) return version === 4 ? address : undefined
  const parsed = ipaddr.process(address)
  if (parsed.kind() === "ipv4") return parsed.toString()
  const [a, b, c, d] = parsed.toNormalizedString().split(":")
  return `${a}:${b}:${c}:${d}::/64`
}

/** Some proxies append the port. */
function withoutPort(text: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
}
