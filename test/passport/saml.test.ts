import { ValidateInResponseTo } from "@node-saml/passport-saml"
import { expect } from "chai"
import { sessionOf } from "../support/auth-apps.js"
import { textOf } from "../support/html-form.js"
import { samlForgeries } from "../support/saml-forgeries.js"
import { type SamlIdp, startSamlIdp } from "../support/saml-idp.js"
import { goodSamlAnswers, type SamlAnswers } from "../support/saml-response.js"
import { selfSigned } from "../support/self-signed-certificate.js"
import { signInAtProvider } from "../support/sign-in-at-provider.js"
import { redirectTarget, UserAgent, type Visit } from "../support/user-agent.js"
import {
  copyCookies,
  type PassportAppOptions,
  rowsOf,
  startSignIn,
  takeWay,
  usePassportApps,
  wayBack,
} from "./apps.js"
import { createSaml, type SamlOptions, type StrategyCase } from "./strategies.js"

const nothing = { users: 0, accounts: 0, sessions: 0 }

describe("SAML through passport-saml as a provider", () => {
  const { start } = usePassportApps()
  let idp: SamlIdp

  before(async () => {
    idp = await startSamlIdp()
  })
  after(() => idp.close())

  /** Starts an app for an identity provider that answers so. */
  async function startSaml(
    answers: Partial<SamlAnswers> = {},
    { saml = {}, ...options }: PassportAppOptions & { saml?: Partial<SamlOptions> } = {},
  ) {
    for (const name of ["forge", "audience", "inResponseTo"] as const) delete idp.answers[name]
    Object.assign(idp.answers, goodSamlAnswers(), answers)
    const { entryPoint, certificate: idpCert } = idp
    const create = (callbackUrl = "") => createSaml({ entryPoint, idpCert, callbackUrl, ...saml })
    const strategyCase: StrategyCase = { id: "saml", start: async () => ({ create, close: async () => {} }) }
    return start(strategyCase, { strategy: "database", ...options })
  }

  const goThere = async (agent: UserAgent, url: string, callbackUrl = "/guarded") =>
    wayBack(agent, await startSignIn(agent, url, { id: "saml", callbackUrl }))

  /** A whole sign-in, to the page where it ends. */
  async function signIn(agent: UserAgent, url: string): Promise<Visit> {
    return agent.followAll(await takeWay(agent, await goThere(agent, url)))
  }

  for (const [what, answers] of [
    ["an assertion that has expired", { lifetime: -1 }],
    ["an assertion for another app", { audience: "another-app" }],
    ["an answer to a request we never made", { inResponseTo: "_other" }],
    ["an answer to no request", { inResponseTo: null }],
    ["an answer without a signature", { signs: [] }],
    ["an answer of which only the assertion is signed", { signs: ["Assertion"] }],
    ["an answer of which only the response is signed", { signs: ["Response"] }],
    ["an answer signed by another key", { signer: selfSigned("Another") }],
  ] as const)
    it(`refuses ${what}: no session, no row, a page that says it failed`, async () => {
      const app = await startSaml(answers)
      const agent = new UserAgent()
      const page = await signIn(agent, app.url)
      expect(page.url).to.match(/\/auth\/(?:error|signin)\?error=/)
      expect(page.status).to.be.within(400, 503)
      expect(await sessionOf(agent, app.url)).to.equal(null)
      expect(rowsOf(app)).to.deep.equal(nothing)
    })

  for (const [what, forge] of Object.entries(samlForgeries))
    it(`refuses a forged answer: ${what}`, async () => {
      const app = await startSaml(
        { signs: ["Assertion"], forge },
        { saml: { wantAuthnResponseSigned: false } },
      )
      const agent = new UserAgent()
      const page = await signIn(agent, app.url)
      expect(page.url).to.match(/\/auth\/(?:error|signin)\?error=/)
      expect(await sessionOf(agent, app.url)).to.equal(null)
      expect(rowsOf(app)).to.deep.equal(nothing)
    })

  it("takes an answer once even where the strategy itself would take it again", async () => {
    const app = await startSaml({}, { saml: { validateInResponseTo: ValidateInResponseTo.never } })
    const agent = new UserAgent()
    const way = await goThere(agent, app.url)
    const thief = new UserAgent()
    await copyCookies(agent, thief, app.url)
    expect(redirectTarget(await takeWay(agent, way))).to.equal(`${app.url}/guarded`)
    await takeWay(thief, way)
    expect(await sessionOf(thief, app.url)).to.equal(null)
    expect(rowsOf(app)).to.deep.equal({ users: 1, accounts: 1, sessions: 1 })
  })

  it("refuses an unsolicited response (IdP-initiated), though the strategy would accept it", async () => {
    const app = await startSaml(
      { inResponseTo: null },
      { saml: { validateInResponseTo: ValidateInResponseTo.never } },
    )
    const attacker = new UserAgent()
    const way = await goThere(attacker, app.url)
    const victim = new UserAgent()
    await startSignIn(victim, app.url, { id: "saml" })
    const withoutRelayState = (body: string) => body.replace(/<input[^>]*name="RelayState"[^>]*>/, "")
    for (const change of [(body: string) => body, withoutRelayState]) {
      expect(redirectTarget(await takeWay(victim, way, change))).to.equal(
        `${app.url}/auth/error?error=Expired`,
      )
      expect(await sessionOf(victim, app.url)).to.equal(null)
    }
    expect(rowsOf(app)).to.deep.equal(nothing)
  })

  it("goes to no address that comes as RelayState", async () => {
    const app = await startSaml()
    const agent = new UserAgent()
    const way = await goThere(agent, app.url)
    const change = (body: string) =>
      body.replace(/(name="RelayState" value=")[^"]*/, "$1https://evil.example/")
    const answer = await takeWay(agent, way, change)
    expect(redirectTarget(answer)).to.equal(`${app.url}/auth/error?error=Expired`)
    expect(rowsOf(app)).to.deep.equal(nothing)
  })

  for (const kilobytes of [8, 20, 60])
    it(`takes answers of ${kilobytes} KB`, async () => {
      const groups = Array.from({ length: kilobytes * 10 }, () => crypto.randomUUID().repeat(3))
      const app = await startSaml({ attributes: { groups } }, { config: { bodyLimit: 200 * 1024 } })
      const agent = new UserAgent()
      const way = await goThere(agent, app.url)
      expect("page" in way && way.page.body.length).to.be.above(kilobytes * 1024)
      expect(redirectTarget(await takeWay(agent, way))).to.equal(`${app.url}/guarded`)
      expect((await sessionOf(agent, app.url))?.user.name).to.equal("Ada Lovelace")
    })

  it("reports a response larger than the app's limit, and starts no session", async () => {
    const groups = Array.from({ length: 1200 }, () => crypto.randomUUID().repeat(3))
    const app = await startSaml({ attributes: { groups } })
    const agent = new UserAgent()
    const page = await agent.followAll(await takeWay(agent, await goThere(agent, app.url)))
    expect(page.status).to.equal(413)
    expect(await sessionOf(agent, app.url)).to.equal(null)
    expect(rowsOf(app)).to.deep.equal(nothing)
  })

  it("leaves no part of the assertion in a URL or a log", async () => {
    const app = await startSaml({}, { config: { debug: true } })
    const agent = new UserAgent()
    const way = await goThere(agent, app.url)
    if (!("page" in way)) throw new Error("SAML answers by post")
    const posted = await agent.submit(way.page)
    const location = redirectTarget(posted) ?? ""
    const [, packed = ""] = /name="SAMLResponse" value="([^"]{100})/.exec(way.page.body) ?? []
    expect(packed).to.have.length(100)
    expect(location)
      .to.not.include(packed)
      .and.not.include(encodeURIComponent(packed))
      .and.not.match(/SAMLResponse/)
    expect(posted.headers.get("cache-control")).to.include("no-store")
    await agent.followAll(posted)
    const logged = app.logs.map(({ text }) => text).join("\n")
    expect(logged).to.not.include(packed)
    expect((await sessionOf(agent, app.url))?.user.name).to.equal("Ada Lovelace")
  })

  it("redirects back after a cancellation, with a message", async () => {
    const app = await startSaml()
    const agent = new UserAgent()
    const leaving = await startSignIn(agent, app.url, { id: "saml" })
    const page = await agent.followAll(await signInAtProvider(agent, leaving, { cancel: true }))
    expect(page.url).to.equal(`${app.url}/auth/signin?error=AccessDenied`)
    expect(textOf(page.body)).to.not.match(/SAML|AuthnFailed|urn:/)
    expect(app.logs).to.deep.equal([{ level: "warn", text: "AccessDenied" }])
    expect(await sessionOf(agent, app.url)).to.equal(null)
  })

  const junk: Record<string, Record<string, string | string[]>> = {
    "no XML": { SAMLResponse: Buffer.from("hello").toString("base64") },
    "no Base64": { SAMLResponse: "%%%" },
    "an empty answer": { SAMLResponse: "" },
    "an answer given twice": { SAMLResponse: ["a", "b"] },
    "XML that does not end": { SAMLResponse: Buffer.from("<a><b>").toString("base64") },
    "another document": { SAMLResponse: Buffer.from("<html></html>").toString("base64") },
    "a request to sign out": {
      SAMLRequest: Buffer.from(
        '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="x"/>',
      ).toString("base64"),
    },
    "names of prototypes": { "__proto__[SAMLResponse]": "x", "constructor[prototype][a]": "x" },
  }
  for (const [what, form] of Object.entries(junk))
    it(`is not impressed by ${what}, posted or in the address, flow or none`, async () => {
      const app = await startSaml()
      const agent = new UserAgent()
      const callback = `${app.url}/auth/callback/saml`
      const leaving = await startSignIn(agent, app.url, { id: "saml" })
      const RelayState = new URL(redirectTarget(leaving) ?? "").searchParams.get("RelayState") ?? ""
      const query = new URLSearchParams({
        ...Object.fromEntries(Object.entries(form).map(([k, v]) => [k, String(v)])),
        RelayState,
      })
      const other = new UserAgent()
      for (const [visitor, answer] of [
        [agent, await agent.post(callback, { ...form, RelayState: "other" }, crossSite)],
        [agent, await agent.get(`${callback}?${query}`)],
        [other, await other.post(callback, { ...form, RelayState }, crossSite)],
        [agent, await agent.post(callback, { ...form, RelayState }, crossSite)],
      ] as const) {
        const page = await visitor.followAll(answer)
        // Where nothing was answered, the strategy asks once more.
        if (!page.url.startsWith(idp.entryPoint)) expect(page.status).to.be.within(400, 500)
      }
      expect(await sessionOf(agent, app.url)).to.equal(null)
      expect(rowsOf(app)).to.deep.equal(nothing)
    })
})

const crossSite = { "sec-fetch-site": "cross-site", origin: "https://idp.example" }
