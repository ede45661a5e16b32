import { isIP } from "node:net"
import type { Request } from "express"
import ipaddr from "ipaddr.js"

/**
 * Returns where a request comes from, as Express's `trust proxy` sees it: an IPv4 address, or the /64 network of an IPv6
 * address, because a single customer controls all of it. Headers that no trusted proxy has set do not count.
 *
 * @returns `"unknown"` for a connection without a valid address
 */
export function clientAddress({ ip, socket }: Pick<Request, "ip" | "socket">): string {
  return toNetwork(ip) ?? toNetwork(socket.remoteAddress) ?? "unknown"
}

function toNetwork(text = ""): string | undefined {
  const address = withoutPort(text.trim()).replace(/%.*$/, "")
  // ipaddr.js also takes the short forms of inet_aton, such as "1.2.3".
  if (isIP(address) === 0) return
  const parsed = ipaddr.process(address)
  if (parsed.kind() === "ipv4") return parsed.toString()
  const [a, b, c, d] = parsed.toNormalizedString().split(":")
  return `${a}:${b}:${c}:${d}::/64`
}

/** Some proxies append the port. */
function withoutPort(text: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
}
