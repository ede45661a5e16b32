import { expect } from "chai"
import { clientNetwork } from "../../lib/audit/client-network.js"

const networkOf = (ip: string | undefined) =>
  clientNetwork({ ip, socket: {} } as Parameters<typeof clientNetwork>[0])

describe("clientNetwork()", () => {
  const rows: [ip: string | undefined, network: string | undefined][] = [
    ["203.0.113.7", "203.0.113.0/24"],
    ["::ffff:203.0.113.255", "203.0.113.0/24"],
    ["203.0.113.7:4711", "203.0.113.0/24"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"],
    ["::1", "0:0:0::/48"],
    ["unknown", undefined],
    [undefined, undefined],
  ]
  for (const [ip, network] of rows)
    it(`returns ${network} for ${ip}`, () => expect(networkOf(ip)).to.equal(network))
})
