import { type LookupAddress, lookup } from "node:dns"
import type { LookupFunction } from "node:net"

const resolved = new Map<string, LookupAddress[]>()

/** `dns.lookup` that asks the system once per host: tests send tens of thousands of requests to localhost. */
export const cachedLookup: LookupFunction = (hostname, options, callback) => {
  const known = resolved.get(hostname)
  if (known) return reply(known)
  lookup(hostname, { all: true }, (error, addresses) => {
    if (error) return callback(error, [])
    resolved.set(hostname, addresses)
    reply(addresses)
  })

  function reply(addresses: LookupAddress[]): void {
    const [first] = addresses
    if (options.all) callback(null, addresses)
    else callback(null, first?.address ?? "", first?.family)
  }
}
