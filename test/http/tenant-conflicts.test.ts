import { customFetch } from "@auth/core"
import type { Provider } from "@auth/core/providers"
import { expect } from "chai"
import type { Request } from "express"
import type { ExpressAuthConfig } from "express-authjs"
import { PassportProvider } from "express-authjs/passport"
import Credentials from "express-authjs/providers/credentials"
import GitHub from "express-authjs/providers/github"
import Google from "express-authjs/providers/google"
import Resend from "express-authjs/providers/resend"
import { chooseConfig } from "../../lib/http/choose-config.js"
import { credentialsConfig } from "../support/credentials-app.js"
import { createMemoryAdapter } from "../support/memory-adapter.js"

const from = (name: string) => ({ headers: { host: "app.example", "x-tenant": name } }) as unknown as Request
const nameOf = (req: Request) => String(req.headers["x-tenant"])

/** As a factory makes them: alike but for what their functions close over. */
const tenant = (name: string): ExpressAuthConfig =>
  credentialsConfig({ providers: [Credentials({ credentials: {}, authorize: () => ({ id: name }) })] })

const client = { clientId: "c", clientSecret: "s" }
const adapter = createMemoryAdapter()
const mail = (more: object) => Resend({ apiKey: "k", from: "a@example.com", ...more })

/** What becomes of requests for tenants of these names, one after the other. */
async function outcomes(
  choose: (req: Request) => ExpressAuthConfig,
  names: string,
): Promise<("chosen" | "refused")[]> {
  const results: ("chosen" | "refused")[] = []
  for (const name of names)
    results.push(
      await chooseConfig(choose, from(name)).then(
        () => "chosen" as const,
        ({ message }) => {
          expect(message).to.include('tenant: "acme"')
          return "refused" as const
        },
      ),
    )
  return results
}

describe("S32: configurations that only a header tells apart", () => {
  const keep = () => {
    const kept: Record<string, ExpressAuthConfig> = { a: tenant("a"), b: tenant("b") }
    return (req: Request) => kept[nameOf(req)] ?? tenant("none")
  }

  it("are refused when the second is met, and from then on", async () => {
    expect(await outcomes(keep(), "aabab")).to.deep.equal([
      "chosen",
      "chosen",
      "refused",
      "refused",
      "refused",
    ])
  })

  it("are refused when the first comes back, where each was met once", async () => {
    expect(await outcomes(keep(), "aba")).to.deep.equal(["chosen", "chosen", "refused"])
  })

  it("may have other texts and looks, and are one tenant", async () => {
    const base = tenant("a")
    const kept: Record<string, ExpressAuthConfig> = {
      a: { ...base, messages: { locked: "Locked" } },
      b: { ...base, messages: { locked: "Gesperrt" } },
    }
    expect(await outcomes((req) => kept[nameOf(req)] ?? base, "aabbab")).to.not.include("refused")
  })

  const strategy = () => ({ name: "local", authenticate() {} })
  const sso = (more: object) => ({
    ...{ id: "sso", name: "SSO", type: "oauth", clientId: "c", clientSecret: "s" },
    ...{ authorization: "https://sso.example/a", token: "https://sso.example/t" },
    ...{ userinfo: "https://sso.example/u", profile: sameProfile },
    ...more,
  })
  const sameProfile = () => ({ id: "1" })
  const tenantProfile = (name: string) => () => ({ id: name })
  for (const [title, providerOf] of [
    ["verify functions of Passport", () => PassportProvider({ id: "local", strategy: strategy() })],
    ["profile() of a custom provider", (name) => sso({ profile: tenantProfile(name) })],
    [
      "profile() passed to a built-in provider",
      (name) => GitHub({ ...client, profile: tenantProfile(name) }),
    ],
    ["userinfo.request()", () => sso({ userinfo: { url: "https://sso.example/u", request: () => ({}) } })],
    ["sendVerificationRequest()", () => mail({ sendVerificationRequest: () => {} })],
    ["custom fetch", () => GitHub({ ...client, [customFetch]: async () => new Response() })],
  ] as readonly (readonly [string, (name: string) => object])[])
    it(`are refused when they differ in ${title}`, async () => {
      const make = (name: string) => credentialsConfig({ adapter, providers: [providerOf(name) as Provider] })
      const kept: Record<string, ExpressAuthConfig> = { a: make("a"), b: make("b") }
      expect(await outcomes((req) => kept[nameOf(req)] ?? make("c"), "aab")).to.deep.equal([
        "chosen",
        "chosen",
        "refused",
      ])
    })

  it("are one tenant when built-in providers were called anew for each", async () => {
    const make = (locked: string) =>
      credentialsConfig({
        adapter,
        messages: { locked },
        providers: [GitHub(client), Google(client), mail({})],
      })
    const kept: Record<string, ExpressAuthConfig> = { a: make("Locked"), b: make("Gesperrt") }
    expect(await outcomes((req) => kept[nameOf(req)] ?? make(""), "aabbab")).to.not.include("refused")
  })

  for (const endpoint of ["userinfo", "jwks_endpoint", "token", "wellKnown"])
    for (const toSetting of [String, (url: string) => new URL(url), (url: string) => ({ url })])
      it(`have other tenants if ${endpoint} differs as ${toSetting("https://sso.example/").constructor.name}`, async () => {
        const tenantAt = async (path: string) => {
          const provider = sso({ [endpoint]: toSetting(`https://sso.example/${path}`) }) as Provider
          return (await chooseConfig(() => credentialsConfig({ providers: [provider] }), from("a"))).tenant
            ?.id
        }
        expect(await tenantAt("a")).to.equal(await tenantAt("a"))
        expect(await tenantAt("a")).to.not.equal(await tenantAt("b"))
      })

  it("may be new for each request, and are one tenant", async () => {
    expect(await outcomes(() => tenant("a"), "aaaa")).to.not.include("refused")
  })

  it("may replace each other, and are one tenant", async () => {
    let current = tenant("a")
    const choose = () => current
    const before = await outcomes(choose, "aa")
    current = tenant("a")
    expect([...before, ...(await outcomes(choose, "aa"))]).to.not.include("refused")
  })

  it("may have names", async () => {
    const kept = { a: { ...tenant("a"), tenant: "a" }, b: { ...tenant("b"), tenant: "b" } }
    expect(await outcomes((req) => kept[nameOf(req) as "a" | "b"], "aabbab")).to.not.include("refused")
  })
})
