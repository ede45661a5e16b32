import { expect } from "chai"
import type { Request } from "express"
import type { ExpressAuthConfig } from "express-authjs"
import Credentials from "express-authjs/providers/credentials"
import { chooseConfig } from "../../lib/http/choose-config.js"
import { credentialsConfig } from "../support/credentials-app.js"

const from = (name: string) => ({ headers: { host: "app.example", "x-tenant": name } }) as unknown as Request
const nameOf = (req: Request) => String(req.headers["x-tenant"])

/** As a factory makes them: alike but for what their functions close over. */
const tenant = (name: string): ExpressAuthConfig =>
  credentialsConfig({ providers: [Credentials({ credentials: {}, authorize: () => ({ id: name }) })] })

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
