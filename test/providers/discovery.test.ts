import { expect } from "chai"
import { type Answer, DiscoveryDocuments, isDiscoveryUrl } from "../../lib/providers/discovery.js"

const issuer = "https://idp.example/tenant"
const url = `${issuer}/.well-known/openid-configuration`
const hour = 60 * 60 * 1000

interface Setup {
  status?: number
  text?: string
  headers?: Record<string, string>
}

function setUp({ status = 200, text = JSON.stringify({ issuer }), headers = {} }: Setup = {}) {
  const asked: string[] = []
  const answer: Answer = { status, text, headers: new Headers(headers) }
  const documents = new DiscoveryDocuments(async (address) => {
    asked.push(address)
    return answer
  })
  return { documents, asked }
}

describe("DiscoveryDocuments", () => {
  const { now } = Date
  let moved = 0

  beforeEach(() => {
    moved = 0
    Date.now = () => now() + moved
  })
  afterEach(() => {
    Date.now = now
  })

  async function timesAsked(setup: Setup, waits: readonly number[]): Promise<number> {
    const { documents, asked } = setUp(setup)
    await documents.get(url)
    for (const wait of waits) {
      moved += wait
      await documents.get(url)
    }
    return asked.length
  }

  it("keeps a document for an hour by default", async () => {
    expect(await timesAsked({}, [0, hour - 1000])).to.equal(1)
    expect(await timesAsked({}, [hour])).to.equal(2)
  })

  for (const [control, kept, gone] of [
    ["max-age=600", 590_000, 600_000],
    ["public, max-age=3600, must-revalidate", hour - 1000, hour],
    ['private, max-age="60"', 59_000, 60_000],
    ["max-age=31536000", 24 * hour - 1000, 24 * hour],
  ] as const)
    it(`heeds Cache-Control: ${control}, up to a day`, async () => {
      const headers = { "cache-control": control }
      expect(await timesAsked({ headers }, [kept])).to.equal(1)
      expect(await timesAsked({ headers }, [gone])).to.equal(2)
    })

  it("counts the time a document spent in a cache before us", async () => {
    const headers = { "cache-control": "max-age=600", age: "590" }
    expect(await timesAsked({ headers }, [5000, 5000])).to.equal(2)
  })

  for (const control of ["no-store", "no-cache, must-revalidate", "max-age=0"])
    it(`keeps nothing under Cache-Control: ${control}`, async () => {
      expect(await timesAsked({ headers: { "cache-control": control } }, [0])).to.equal(2)
    })

  for (const [what, setup] of Object.entries({
    "a failure": { status: 500 },
    "a document that is not there": { status: 404 },
    "a redirect": { status: 302 },
    "what is no JSON": { text: "<h1>Maintenance</h1>" },
    "what is no object": { text: "[]" },
    "a document without an issuer": { text: "{}" },
    "a document of another issuer": { text: JSON.stringify({ issuer: "https://evil.example/tenant" }) },
    "a document of another tenant": { text: JSON.stringify({ issuer: "https://idp.example/other" }) },
    "a document of absurd length": { text: JSON.stringify({ issuer, padding: "x".repeat(200_000) }) },
  }))
    it(`never keeps ${what}`, async () => {
      expect(await timesAsked(setup, [0])).to.equal(2)
    })

  it("forgets a document when its successor is not to be kept", async () => {
    const { documents, asked } = setUp({ headers: { "cache-control": "max-age=1" } })
    await documents.get(url)
    moved = 2000
    await Promise.all([documents.get(url), documents.get(url)])
    expect(asked).to.have.length(2)
  })

  it("asks once for any number of requests at the same time", async () => {
    const { documents, asked } = setUp()
    const answers = await Promise.all(Array.from({ length: 50 }, () => documents.get(url)))
    expect(asked).to.have.length(1)
    expect(new Set(answers.map(({ text }) => text))).to.have.property("size", 1)
  })

  it("fails for all callers together, and runs again afterwards", async () => {
    let times = 0
    const documents = new DiscoveryDocuments(async () => {
      times++
      throw new Error("connection refused")
    })
    const results = await Promise.allSettled([documents.get(url), documents.get(url)])
    expect(results.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"])
    await documents.get(url).catch(() => {})
    expect(times).to.equal(2)
  })

  it("keeps at most a hundred, the oldest goes first", async () => {
    const asked: string[] = []
    const documents = new DiscoveryDocuments(async (address) => {
      asked.push(address)
      const text = JSON.stringify({ issuer: address.split("/.well-known/")[0] })
      return { status: 200, text, headers: new Headers() }
    })
    const tenant = (n: number) => `https://idp.example/${n}/.well-known/openid-configuration`
    for (let n = 0; n < 101; n++) await documents.get(tenant(n))
    await documents.get(tenant(100))
    expect(asked).to.have.length(101)
    await documents.get(tenant(0))
    expect(asked).to.have.length(102)
  })
})

describe("isDiscoveryUrl", () => {
  for (const [address, expected] of [
    [url, true],
    [`${url}?tenantId=1`, true],
    ["https://idp.example/.well-known/oauth-authorization-server/tenant", true],
    ["https://idp.example/.well-known/jwks.json", false],
    ["https://idp.example/token?next=/.well-known/openid-configuration", false],
  ] as const)
    it(`says ${expected} to ${address}`, () => {
      expect(isDiscoveryUrl(new URL(address))).to.equal(expected)
    })
})
