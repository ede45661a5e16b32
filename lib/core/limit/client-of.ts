import { isIP } from "node:net"
import type { Request } from "express"

/**
 * Where a request comes from, as Express's `trust proxy` sees it: an IPv4 address, or the network of an IPv6 one, since who
 * has one address of a /64 has them all. Headers that no trusted proxy has set do not count.
 *
 * @returns `"unknown"` for a connection that has no address, and for one that is none
 */
export function clientOf({ ip, socket }: Pick<Request, "ip" | "socket">): string {
  return toNetwork(ip) ?? toNetwork(socket.remoteAddress) ?? "unknown"
}

function toNetwork(text = ""): string | undefined {
  const address = withoutPort(text.trim()).replace(/%.*$/, "")
  if (isIP(address) === 4) return address
  return isIP(address) === 6 ? toPrefix(toGroups(address)) : undefined
}

/** Some proxies add the port. */
function withoutPort(text: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
}

/** The eight groups of an IPv6 address, in their shortest form. */
function toGroups(address: string): string[] {
  const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = "", tail = ""] = shortest.split("::")
  const [before, after] = [head, tail].map((part) => (part === "" ? [] : part.split(":")))
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => "0")
  return [...(before ?? []), ...zeros, ...(after ?? [])]
}

/** Servers that listen on IPv6 show IPv4 clients as `::ffff:192.0.2.1`. */
function toPrefix(groups: readonly string[]): string {
  if (groups.slice(0, 6).join() !== "0,0,0,0,0,ffff") return `${groups.slice(0, 4).join(":")}::/64`
  const bytes = groups.slice(6).flatMap((group) => {
    const number = Number.parseInt(group, 16)
    return [number >> 8, number & 255]
  })
  return bytes.join(".")
}
