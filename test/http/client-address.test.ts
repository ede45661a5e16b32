import { expect } from "chai"
import express from "express"
import express4 from "express4"
import fc from "fast-check"
import { clientAddress, clientSite } from "../../lib/http/client-address.js"
import { listen } from "../support/listen.js"

const of = (ip: string | undefined, remoteAddress?: string) =>
  clientAddress({ ip, socket: { remoteAddress } } as Parameters<typeof clientAddress>[0])

describe("clientAddress", () => {
  const rows: [ip: string, client: string][] = [
    ["192.0.2.1", "192.0.2.1"],
    ["192.0.2.1:4711", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:c000:201", "192.0.2.1"],
    ["2001:db8:0:1::1", "2001:db8:0:1::/64"],
    ["2001:DB8:0000:0001:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"],
    ["[2001:db8:0:1::2]:443", "2001:db8:0:1::/64"],
    ["2001:db8::1:0:0:1", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ]
  for (const [ip, client] of rows) it(`S15: takes ${ip} for ${client}`, () => expect(of(ip)).to.equal(client))

  it("S15: takes all of a /64 for one, and no two of them", () => {
    const group = fc.nat(0xffff).map((number) => number.toString(16))
    const four = fc.tuple(group, group, group, group).filter(([first]) => first !== "0")
    fc.assert(
      fc.property(four, four, four, (network, host, other) => {
        expect(of([...network, ...host].join(":"))).to.equal(of([...network, ...other].join(":")))
        const isSame = network.join() === other.join()
        expect(of([...network, ...host].join(":")) === of([...other, ...host].join(":"))).to.equal(isSame)
      }),
    )
  })

  it("S15: knows the /48 of an IPv6 address, and none of an IPv4 address", () => {
    const siteOf = (ip: string) => clientSite(of(ip))
    expect(siteOf("2001:db8:5:1::1")).to.equal("2001:db8:5::/48")
    expect(siteOf("2001:db8:5:ffff::2")).to.equal("2001:db8:5::/48")
    for (const none of ["192.0.2.1", "::ffff:192.0.2.1", "junk"]) expect(siteOf(none)).to.equal(undefined)
  })

  it("takes the connection's address where a proxy names none", () => {
    for (const junk of ["", "junk", "unknown", "1.2.3", "::g", "[", undefined])
      expect(of(junk, "::ffff:10.0.0.3")).to.equal("10.0.0.3")
    expect(of(undefined)).to.equal("unknown")
  })

  for (const [name, create] of [
    ["4", express4],
    ["5", express],
  ] as const)
    it(`S15: believes no header but a trusted proxy's (Express ${name})`, async () => {
      const ask = async (trust: unknown) => {
        const app = create()
        app.set("trust proxy", trust)
        app.get("/", (req, res) => void res.send(clientAddress(req)))
        const server = await listen(app)
        const headers = { "x-forwarded-for": "203.0.113.9, 198.51.100.7", "x-real-ip": "203.0.113.9" }
        const answer = await (await fetch(server.url, { headers })).text()
        await server.close()
        return answer
      }
      expect(await ask(false)).to.match(/^127\.0\.0\.1$|^0:0:0:0::\/64$/)
      expect(await ask("loopback")).to.equal("198.51.100.7")
      expect(await ask(2)).to.equal("203.0.113.9")
    })
})
