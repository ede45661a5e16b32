import { expect } from "chai"
import { sessionOf } from "../support/auth-apps.js"
import { exchange } from "../support/http-exchange.js"
import { expressVersions } from "../support/listen.js"
import { redirectTarget, UserAgent } from "../support/user-agent.js"
import { rowsOf, signIn, startSignIn, usePassportApps } from "./apps.js"
import { type StrategyCase, strategyCases } from "./strategies.js"

interface Junk {
  method: string
  query?: string
  body?: string
  headers?: Record<string, string>
}

const names = [
  ...["code", "error", "oauth_verifier", "SAMLResponse", "SAMLRequest", "posted", "username", "password"],
  ...["__proto__", "constructor", "session", "openid.mode", "callbackURL"],
]
const values = ["%", "%00", "%E0%A4%A", "x".repeat(400), "%3Cxml%3E", "[object Object]", "PGE+"]
const texts = [
  ...values.map((value) => names.map((name) => `${name}=${value}`).join("&")),
  ...names.flatMap((name) => values.map((value) => `${name}=${value}`)),
  ...names.map((name) => `${name}[]=a&${name}[__proto__]=b&${name}[length]=9e9`),
  "",
]
const documents = ["", "null", "[]", '"x"', "{", '{"__proto__":{"session":{}}}', "[".repeat(5000)]

const junk: readonly Junk[] = [
  ...texts.map((query) => ({ method: "GET", query })),
  ...texts.map((body) => ({ method: "POST", body })),
  ...documents.map((body) => ({ method: "POST", body, headers: { "content-type": "application/json" } })),
  { method: "POST", headers: { "content-type": "text/xml" }, body: "<a/>" },
  { method: "POST", headers: { "content-type": "multipart/form-data; boundary=x" }, body: "--x" },
  { method: "POST", body: `SAMLResponse=${"A".repeat(200_000)}` },
  { method: "HEAD", query: "code=x" },
  { method: "PUT", body: "code=x" },
  { method: "OPTIONS" },
]

for (const [version, express] of expressVersions)
  describe(`S2, S21: junk for Passport's strategies on ${version}`, () => {
    const { start } = usePassportApps()
    const crashes: unknown[] = []
    const crash = (reason: unknown) => void crashes.push(reason)

    before(() => process.on("unhandledRejection", crash))
    after(() => process.off("unhandledRejection", crash))
    afterEach(() => expect(crashes.splice(0)).to.deep.equal([]))

    for (const [name, strategyCase] of Object.entries(strategyCases)) {
      async function expectUnharmed(attack: (url: string) => Promise<void>): Promise<void> {
        const app = await start(strategyCase, { express, strategy: "database" })
        await attack(app.url)
        expect(rowsOf(app)).to.deep.equal({ users: 0, accounts: 0, sessions: 0 })
        const agent = new UserAgent()
        await signIn(agent, app.url, strategyCase)
        expect((await sessionOf(agent, app.url))?.user.name).to.equal("Ada Lovelace")
      }

      it(`${name} lives through what comes out of the blue`, () =>
        expectUnharmed(async (url) => {
          for (const path of ["callback", "signin"])
            for (const one of junk) await send(`${url}/auth/${path}/${strategyCase.id}`, one)
        }))

      if (!strategyCase.typed)
        it(`${name} lives through what answers a sign-in under way`, () =>
          expectUnharmed(async (url) => {
            for (const one of junk) await answerWith(one, url, strategyCase)
          }))
    }
  })

/** A request whose answer is no fault of the server. */
async function send(url: string, { method, query, headers = {}, body }: Junk, cookie = ""): Promise<string> {
  const target = query === undefined ? url : `${url}?${query}`
  const sent = { ...headers, ...(cookie && { cookie }) }
  const answer = await exchange(target, { method, headers: sent, ...(body !== undefined && { body }) })
  expect(answer.status, `${method} ${target} ${body}`).to.be.within(200, 499)
  return redirectTarget({ ...answer, url: target }) ?? ""
}

/** Begins a sign-in and answers it with junk, and with what shows that it belongs to that sign-in. */
async function answerWith(junk: Junk, url: string, { id }: StrategyCase): Promise<void> {
  const agent = new UserAgent()
  const leaving = new URL(redirectTarget(await startSignIn(agent, url, { id })) ?? "")
  const keys = [...leaving.searchParams].filter(([name]) =>
    ["state", "oauth_token", "RelayState"].includes(name),
  )
  const key = new URLSearchParams(keys).toString()
  const callback = `${url}/auth/callback/${id}`
  const cookie = await agent.cookies.getCookieString(callback)
  const isForm = junk.method === "POST" && !junk.headers
  const keyed = {
    ...junk,
    query: `${key}&${junk.query ?? ""}`,
    ...(isForm && { body: `${key}&${junk.body}` }),
  }
  const next = await send(callback, keyed, cookie)
  // What was posted is sent on to the same address, which brings the cookies.
  if (next.startsWith(callback)) await send(next, { method: "GET" }, cookie)
}
