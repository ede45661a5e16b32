import { isIPv4 } from "node:net"
import type { Request } from "express"
import { clientAddress, clientSite } from "../http/client-address.js"

/**
 * Returns the network of a client as Express's `trust proxy` determines its address: the /24 network of an IPv4 address,
 * the /48 network of an IPv6 address. It tells a provider or a town, not a household.
 *
 * @returns e.g. `"203.0.113.0/24"` or `"2001:db8:1::/48"`; `undefined` for a connection without a valid address
 */
export function clientNetwork(req: Pick<Request, "ip" | "socket">): string | undefined {
  const address = clientAddress(req)
  return isIPv4(address) ? address.replace(/\d+$/, "0/24") : clientSite(address)
}
