import { expect } from "chai"
import type { Express } from "express"
import type { FakeProvider } from "express-authjs/testing"
import { browserTest } from "../support/browser-test.js"
import { type Listening, listen } from "../support/listen.js"
import { UserAgent } from "../support/user-agent.js"
import { serveExample, startSso } from "./import-example.js"
import { useFrontEnd } from "./use-front-end.js"

describe("examples/other-origins.ts", () => {
  let idp: FakeProvider
  let frontEnd: Listening
  let server: Listening

  before(async () => {
    const sso = await startSso()
    idp = sso.idp
    let pages: Express | undefined
    frontEnd = await listen((req, res) => pages?.(req, res))
    const addresses = (url: string) => ({ API: url, FRONT_END: frontEnd.url })
    server = await serveExample("other-origins.ts", async (url) => ({
      ...sso.environment,
      ...addresses(url),
    }))
    pages = (await import("../../examples/other-origins.js")).frontEnd
  })
  after(() => Promise.all([server.close(), frontEnd.close(), idp.close()]))

  browserTest("signs in and out from the front end, and returns to its page", (context) =>
    useFrontEnd(context, frontEnd.url),
  )

  it("accepts posts from the front end, and from no other origin", async () => {
    const agent = new UserAgent({ navigate: false })
    const { csrfToken } = JSON.parse((await agent.get(`${server.url}/auth/csrf`)).body)
    const postFrom = async (origin: string) => {
      const headers = { origin, "x-auth-return-redirect": "1" }
      const answer = await agent.post(`${server.url}/auth/signin/sso`, { csrfToken }, headers)
      return [answer.status, answer.headers.get("access-control-allow-origin")]
    }
    expect(await postFrom(frontEnd.url)).to.deep.equal([200, frontEnd.url])
    expect(await postFrom("https://evil.example")).to.deep.equal([403, null])
  })
})
